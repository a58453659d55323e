package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

type decoder func(r io.Reader, size int64, l Limits) (*Request, error)

func TestLimits(t *testing.T) {
	nest := func(open, shut, inner string, n int) string {
		return strings.Repeat(open, n) + inner + strings.Repeat(shut, n)
	}
	xmlNest := func(n int) string {
		return inCall(nest("<value><array><data>", "</data></array></value>", "<value/>", n))
	}
	xmlStructs := func(n int) string {
		return inCall(nest("<value><struct><member><name>a</name>", "</member></struct></value>", "<value/>", n))
	}
	jsonCall := func(params string) string { return `{"jsonrpc":"2.0","method":"m","id":1,"params":` + params + `}` }
	l := Limits{Body: 1 << 20, Depth: 10, Values: 100}
	tests := []struct {
		name   string
		decode decoder
		in     string
		ok     bool
	}{
		{"arrays as deep as allowed", DecodeXML, xmlNest(10), true},
		{"arrays too deep", DecodeXML, xmlNest(11), false},
		{"structs as deep as allowed", DecodeXML, xmlStructs(10), true},
		{"structs too deep", DecodeXML, xmlStructs(11), false},
		{"very deep", DecodeXML, xmlNest(10_000), false},
		{"as many values as allowed", DecodeXML, inCall(nest("<value><array><data>", "</data></array></value>", strings.Repeat("<value/>", 99), 1)), true},
		{"too many values", DecodeXML, inCall(nest("<value><array><data>", "</data></array></value>", strings.Repeat("<value/>", 100), 1)), false},
		{"too many members", DecodeXML, inCall("<value><struct>" + strings.Repeat("<member><name>a</name><value/></member>", 50) + "</struct></value>"), false},
		{"deep JSON", DecodeJSON, jsonCall(nest("[", "]", "", 11)), true},
		{"JSON too deep", DecodeJSON, jsonCall(nest("[", "]", "", 12)), false},
		{"JSON objects too deep", DecodeJSON, jsonCall(nest(`{"a":`, "}", "1", 12)), false},
		{"many JSON values", DecodeJSON, jsonCall("[" + strings.Repeat("1,", 95) + "1]"), true},
		{"too many JSON values", DecodeJSON, jsonCall("[" + strings.Repeat("1,", 100) + "1]"), false},
		{"ignored JSON counts too", DecodeJSON, `{"x":[` + strings.Repeat("1,", 100) + `1]}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.decode(strings.NewReader(tt.in), -1, l)
			if tt.ok && err != nil || !tt.ok && !errors.Is(err, ErrTooLarge) {
				t.Errorf("got %v, allowed %v", err, tt.ok)
			}
		})
	}
}

func TestBodySize(t *testing.T) {
	jsonDoc := `{"method":"m","params":["` + strings.Repeat("x", 10_000) + `"],"id":1}`
	xmlDoc := inCall("<value>" + strings.Repeat("x", 10_000) + "</value>")
	failed := errors.New("connection lost")
	for name, c := range map[string]struct {
		decode decoder
		doc    string
	}{"XML": {DecodeXML, xmlDoc}, "JSON": {DecodeJSON, jsonDoc}} {
		t.Run(name, func(t *testing.T) {
			n := int64(len(c.doc))
			exact, short := Limits{Body: n, Depth: 4, Values: 9}, Limits{Body: n - 1, Depth: 4, Values: 9}
			tests := []struct {
				name   string
				r      io.Reader
				size   int64
				limits Limits
				want   error
			}{
				{"announced", strings.NewReader(c.doc), n, exact, nil},
				{"not announced", strings.NewReader(c.doc), -1, exact, nil},
				{"in bytes", iotest.OneByteReader(strings.NewReader(c.doc)), n, exact, nil},
				{"in bytes, not announced", iotest.OneByteReader(strings.NewReader(c.doc)), -1, exact, nil},
				{"data with the end", iotest.DataErrReader(strings.NewReader(c.doc)), -1, exact, nil},
				{"another request behind", strings.NewReader(c.doc + c.doc), n, exact, nil},
				{"announced too large", iotest.ErrReader(failed), n, short, ErrTooLarge},
				{"too large", strings.NewReader(c.doc), -1, short, ErrTooLarge},
				{"endless", endless{}, -1, exact, ErrTooLarge},
				{"shorter than announced", strings.NewReader(c.doc[:n-1]), n, exact, io.ErrUnexpectedEOF},
				{"lost", io.MultiReader(strings.NewReader(c.doc[:9]), iotest.ErrReader(failed)), n, exact, failed},
				{"stuck", stuck{}, n, exact, io.ErrNoProgress},
			}
			for _, tt := range tests {
				if _, err := c.decode(tt.r, tt.size, tt.limits); !errors.Is(err, tt.want) {
					t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
				}
			}
		})
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

// A request must not change when the buffer it was read into is used again.
func TestRequestsDoNotShareBytes(t *testing.T) {
	first, err := decodeJSON(`{"method":"method","params":["parameter",{"member":"\u0041"}],"id":"identity"}`)
	if err != nil {
		t.Fatal(err)
	}
	before := fmt.Sprintf("%+v %s", first.Params[1].(*Struct), first.ID)
	for range 100 {
		if _, err := decodeXML(inCall("<value>" + strings.Repeat("&lt;Z", 50) + "</value>")); err != nil {
			t.Fatal(err)
		}
	}
	if after := fmt.Sprintf("%+v %s", first.Params[1].(*Struct), first.ID); before != after || first.Method != "method" || first.Params[0] != "parameter" {
		t.Errorf("was %s, is %s", before, after)
	}
}

func TestInvalidUTF8(t *testing.T) {
	tests := []struct{ in, dump string }{
		{"<value>ok</value>", ""},
		{"<value>ä\xFFb</value>", `ä\xffb`},
		{"<value><string>\xC0\x80</string></value>", `\xc0\x80`},
		{"<value><array><data><value>ok</value><value>\xED\xA0\x80</value></data></array></value>", `\xed\xa0\x80`},
		{"<value><struct><member><name>\xFE</name><value/></member></struct></value>", `\xfe`},
		{"<value><struct><member><name>a</name><value>\xFE</value></member></struct></value>", `\xfe`},
		{"<value><dateTime.iso8601>\xFF</dateTime.iso8601></value>", `\xff`},
		{"<!-- \xFF --><value>ok</value>", ""},
		{"<value>" + strings.Repeat("a", 500) + "\xFF</value>", strings.Repeat("a", 200)},
	}
	for _, tt := range tests {
		req, err := decodeXML(inCall(tt.in))
		if err != nil {
			t.Errorf("%q: %v", tt.in, err)
			continue
		}
		if got, bad := req.InvalidUTF8(); got != tt.dump || bad != (tt.dump != "") {
			t.Errorf("%q: got %q, %v", tt.in, got, bad)
		}
	}
	req, err := decodeJSON("{\"method\":\"m\",\"params\":[\"a\",\"b\xFF\\n\"],\"id\":1}")
	if err != nil {
		t.Fatal(err)
	}
	if got, bad := req.InvalidUTF8(); !bad || got != `b\xff\n` || req.Params[1] != "b\xFF\n" {
		t.Errorf("JSON: got %q, %v", got, bad)
	}
	if !bytes.Equal(req.ID, []byte("1")) {
		t.Errorf("id %s", req.ID)
	}
}
