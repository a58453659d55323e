package thin_test

import (
	"bytes"
	"encoding/hex"
	"reflect"
	"strings"
	"testing"

	"github.com/xapid/xapid/xapi/cli/thin"
)

// TestBytes holds the layout against what was seen on the wire.
func TestBytes(t *testing.T) {
	var b bytes.Buffer
	if err := thin.WriteChunk(&b, []byte("yes")); err != nil {
		t.Fatal(err)
	}
	if err := thin.WriteEnd(&b); err != nil {
		t.Fatal(err)
	}
	want := "0c0000000b0000000700000003000000" + "796573" + "080000000b00000008000000"
	if got := hex.EncodeToString(b.Bytes()); got != want {
		t.Errorf("%s\n%s", got, want)
	}
	if blob, err := thin.ReadBlob(&b, 100); err != nil || string(blob) != "yes" {
		t.Errorf("%q, %v", blob, err)
	}
	b.Reset()
	if err := thin.WriteHello(&b); err != nil || b.Len() != 35 {
		t.Errorf("a hello of %d bytes, %v", b.Len(), err)
	}
	if major, minor, _, err := thin.ReadHello(&b); err != nil || major != 0 || minor != 2 {
		t.Errorf("%d.%d, %v", major, minor, err)
	}
	if _, _, got, err := thin.ReadHello(strings.NewReader("HTTP/1.1 400 Bad Request")); err == nil || !strings.HasPrefix(string(got), "HTTP") {
		t.Errorf("%q, %v", got, err)
	}
}

func TestRoundTrips(t *testing.T) {
	var b bytes.Buffer
	for _, c := range []thin.Command{
		{Kind: thin.Print, Texts: []string{"text\n"}}, {Kind: thin.PrintStderr, Texts: []string{""}}, {Kind: thin.Debug, Texts: []string{"x"}},
		{Kind: thin.Load, Texts: []string{"/f"}}, {Kind: thin.HTTPGet, Texts: []string{"f", "/export?x"}}, {Kind: thin.HTTPPut, Texts: []string{"f", "/import"}},
		{Kind: thin.HTTPConnect, Texts: []string{"/console"}}, {Kind: thin.Prompt}, {Kind: thin.Exit, Status: -3},
		{Kind: thin.Error, Texts: []string{"CODE"}, Params: []string{"a", ""}},
	} {
		if err := thin.WriteCommand(&b, c); err != nil {
			t.Fatal(err)
		}
		if got, err := thin.ReadCommand(&b); err != nil || !reflect.DeepEqual(got, c) {
			t.Errorf("%+v came as %+v, %v", c, got, err)
		}
	}
	for _, a := range []thin.Answer{thin.Wait, thin.Wait, thin.OK} {
		if err := thin.WriteAnswer(&b, a); err != nil {
			t.Fatal(err)
		}
	}
	if a, err := thin.ReadAnswer(&b); err != nil || a != thin.OK {
		t.Errorf("%v, %v", a, err)
	}
}

func FuzzReadCommand(f *testing.F) {
	f.Add([]byte{12, 0, 0, 0, 9, 0, 0, 0, 14, 0, 0, 0, 255, 255, 255, 127})
	f.Add([]byte{8, 0, 0, 0, 9, 0, 0, 0, 3, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := thin.ReadCommand(bytes.NewReader(b))
		if err != nil {
			return
		}
		var again bytes.Buffer
		if err := thin.WriteCommand(&again, c); err != nil {
			t.Error(err)
		}
	})
}

func FuzzReadBlob(f *testing.F) {
	f.Add([]byte{12, 0, 0, 0, 11, 0, 0, 0, 7, 0, 0, 0, 255, 255, 255, 127})
	f.Fuzz(func(t *testing.T, b []byte) {
		if blob, err := thin.ReadBlob(bytes.NewReader(b), 1000); err == nil && len(blob) > 1000 {
			t.Error("the limit is not kept")
		}
	})
}

// TestLine: an answer may count characters instead of bytes.
func TestLine(t *testing.T) {
	for _, tt := range []struct {
		length byte
		text   string
		fails  bool
	}{{3, "yes", false}, {0, "", false}, {2, "jü", false}, {1, "日", false}, {4, "yes", true}, {100, "yes", true}} {
		var b bytes.Buffer
		b.Write([]byte{12, 0, 0, 0, 11, 0, 0, 0, 7, 0, 0, 0, tt.length, 0, 0, 0})
		b.WriteString(tt.text)
		if err := thin.WriteEnd(&b); err != nil {
			t.Fatal(err)
		}
		if got, err := thin.ReadLine(&b, 50); (err != nil) != tt.fails || err == nil && (string(got) != tt.text || b.Len() != 0) {
			t.Errorf("%+v: %q, %v, %d bytes are left", tt, got, err, b.Len())
		}
	}
}
