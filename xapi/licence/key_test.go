package licence_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/xapid/xapid/xapi/licence"
)

// FuzzDecodeKey: what is read as a key is one, and nothing else is harmful.
func FuzzDecodeKey(f *testing.F) {
	k := licence.Key{Host: "h", Edition: "free", SKU: "XE Express", Expires: noon, Owner: map[string]string{"name": "<&\">"}}
	f.Add(k.Encode())
	f.Add([]byte("<xe_license seal=''/>"))
	f.Add([]byte("<a"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		k, err := licence.DecodeKey(raw)
		if err != nil {
			return
		}
		again, err := licence.DecodeKey(k.Encode())
		if err != nil || again.Host != k.Host || again.Edition != k.Edition || !again.Expires.Equal(k.Expires) {
			t.Errorf("%+v becomes %+v, %v", k, again, err)
		}
	})
}

// TestKeyCommand: the command makes keys that are read again, or says what is
// missing.
func TestKeyCommand(t *testing.T) {
	const host = "3a1b7a3e-0000-4000-8000-000000000001"
	for _, tt := range []struct {
		args, want string // "" for a key
		sku        string
		days       int
	}{
		{"-host " + host, "", "XE Express", 365},
		{"-host " + host + " -days 7 -company Example", "", "XE Express", 7},
		{"-host " + host + " -edition premium", "", "premium", 365},
		{"", "the uuid of a host is needed", "", 0},
		{"-host me", "the uuid of a host is needed", "", 0},
		{"-host " + host + " more", "flags only", "", 0},
	} {
		var b bytes.Buffer
		err := licence.KeyCommand(strings.Fields(tt.args), noon, &b)
		if tt.want != "" {
			if err == nil || !strings.Contains(err.Error(), tt.want) || b.Len() > 0 {
				t.Errorf("%s: %v, %q", tt.args, err, b.String())
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", tt.args, err)
			continue
		}
		k, err := licence.DecodeKey(b.Bytes())
		if err != nil || k.Host != host || k.SKU != tt.sku || !k.Expires.Equal(noon.Add(time.Duration(tt.days)*24*time.Hour)) {
			t.Errorf("%s: %+v, %v", tt.args, k, err)
		}
	}
}
