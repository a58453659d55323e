package licence

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
)

// Key is an activation key: it licenses one host for some time, without a
// licence server.
type Key struct {
	Host    string // uuid
	Edition string
	SKU     string
	Expires time.Time
	Serial  string
	// Owner holds name, company, address1... country.
	Owner map[string]string
}

// keyElement is the root of a key file, sealAttr its attribute that proves the
// others.
const (
	keyElement = "xe_license"
	sealAttr   = "seal"
)

// sealSecret is in every copy of the program: the seal finds files that were
// tampered with or cut short, it keeps nobody from making keys, for which there
// is a command.
const sealSecret = "xapid activation key 1"

func (k Key) attributes() map[string]string {
	m := map[string]string{
		"host": k.Host, "edition": k.Edition, "sku_type": k.SKU, "expiry": k.Expires.UTC().Format(stamp), "serialnumber": k.Serial,
	}
	for _, name := range ownerKeys {
		if v := k.Owner[name]; v != "" {
			m[name] = v
		}
	}
	return m
}

func seal(attributes map[string]string) string {
	mac := hmac.New(sha256.New, []byte(sealSecret))
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		fmt.Fprintf(mac, "%q=%q\n", name, attributes[name])
	}
	return hex.EncodeToString(mac.Sum(nil))
}

// Encode is the key as a file's content.
func (k Key) Encode() []byte {
	if k.Serial == "" {
		sum := sha256.Sum256([]byte(k.Host + k.Expires.String()))
		k.Serial = hex.EncodeToString(sum[:8])
	}
	m := k.attributes()
	m[sealAttr] = seal(k.attributes())
	var b bytes.Buffer
	b.WriteString(xml.Header + "<" + keyElement)
	for _, name := range slices.Sorted(maps.Keys(m)) {
		b.WriteString("\n  " + name + `="`)
		_ = xml.EscapeText(&b, []byte(m[name])) // a buffer takes all
		b.WriteString(`"`)
	}
	b.WriteString("/>\n")
	return b.Bytes()
}

// DecodeKey reads a key file. Its seal is whole, or it is an error.
func DecodeKey(raw []byte) (Key, error) {
	m, err := readElement(raw)
	if err != nil {
		return Key{}, err
	}
	given := m[sealAttr]
	delete(m, sealAttr)
	if !hmac.Equal([]byte(given), []byte(seal(m))) {
		return Key{}, errors.New("the seal is broken")
	}
	k := Key{Host: m["host"], Edition: m["edition"], SKU: m["sku_type"], Serial: m["serialnumber"], Owner: map[string]string{}}
	if k.Expires, err = time.Parse(stamp, m["expiry"]); err != nil {
		return Key{}, err
	}
	for _, name := range ownerKeys {
		k.Owner[name] = m[name]
	}
	return k, nil
}

// readElement reads a document that is one element without content.
func readElement(raw []byte) (map[string]string, error) {
	d := xml.NewDecoder(bytes.NewReader(raw))
	var m map[string]string
	for {
		t, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if m != nil || t.Name.Local != keyElement {
				return nil, fmt.Errorf("the element %s is not expected", t.Name.Local)
			}
			m = map[string]string{}
			for _, a := range t.Attr {
				if _, twice := m[a.Name.Local]; twice || a.Name.Space != "" {
					return nil, fmt.Errorf("the attribute %s is not expected", a.Name.Local)
				}
				m[a.Name.Local] = a.Value
			}
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return nil, errors.New("text is not expected")
			}
		}
	}
	if m == nil {
		return nil, errors.New("there is no " + keyElement)
	}
	return m, nil
}
