package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"time"

	"github.com/xapid/xapid/model"
)

// Values in the log and on disk. Integers are varints. Most text is uuids and
// references, so text begins with a tag: a uuid or a random reference follows
// as 16 bytes, anything else as itself, its length in the tag.
const (
	tagUUID    = iota // 16 bytes
	tagRef            // "OpaqueRef:" and 16 bytes
	tagNullRef        // nothing
	tagText           // tag-tagText bytes
)

const refPrefix = "OpaqueRef:"

var errShort = errors.New("the data ends early or makes no sense")

func appendText(b []byte, s string) []byte {
	var id [16]byte
	switch {
	case s == model.NullRef:
		return append(b, tagNullRef)
	case len(s) == 36 && packUUID(&id, s):
		return append(append(b, tagUUID), id[:]...)
	case len(s) == 46 && s[:10] == refPrefix && packUUID(&id, s[10:]):
		return append(append(b, tagRef), id[:]...)
	}
	b = binary.AppendUvarint(b, uint64(len(s))+tagText)
	return append(b, s...)
}

// packUUID reads a uuid in the lower-case form; false if s is not just that.
func packUUID(id *[16]byte, s string) bool {
	n := 0
	for i := 0; i < 36; {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if s[i] != '-' {
				return false
			}
			i++
			continue
		}
		hi, lo := unhex[s[i]], unhex[s[i+1]]
		if hi|lo > 15 {
			return false
		}
		id[n] = hi<<4 | lo
		n++
		i += 2
	}
	return true
}

var unhex = func() (t [256]byte) {
	for i := range t {
		t[i] = 0xff
	}
	for i, c := range []byte(hexDigits) {
		t[c] = byte(i)
	}
	return t
}()

const hexDigits = "0123456789abcdef"

func appendUUID(b []byte, id []byte) []byte {
	for i, x := range id {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			b = append(b, '-')
		}
		b = append(b, hexDigits[x>>4], hexDigits[x&15])
	}
	return b
}

// decoder reads what the append functions wrote. After an error it reads zero
// values; err tells.
type decoder struct {
	b   []byte
	err error
	// Loading 100,000 rows meets the same references and keys again and
	// again: interned, they are kept once. Nil outside of that.
	refs  map[[16]byte]string
	words map[string]string
}

func (d *decoder) fail() {
	if d.err == nil {
		d.err = errShort
	}
	d.b = nil
}

func (d *decoder) uvarint() uint64 {
	x, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.b = d.b[n:]
	return x
}

func (d *decoder) varint() int64 {
	x, n := binary.Varint(d.b)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.b = d.b[n:]
	return x
}

func (d *decoder) bytes(n uint64) []byte {
	if n > uint64(len(d.b)) {
		d.fail()
		return nil
	}
	b := d.b[:n]
	d.b = d.b[n:]
	return b
}

func (d *decoder) byte() byte {
	if b := d.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (d *decoder) uint32() uint32 {
	if b := d.bytes(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

func (d *decoder) uint64() uint64 {
	if b := d.bytes(8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

// count reads the number of things that follow, each of at least one byte, so
// that nonsense cannot ask for much memory.
func (d *decoder) count() int {
	n := d.uvarint()
	if n > uint64(len(d.b)) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *decoder) text() string {
	switch tag := d.uvarint(); {
	case d.err != nil:
		return ""
	case tag == tagNullRef:
		return model.NullRef
	case tag == tagUUID:
		if id := d.bytes(16); id != nil {
			return string(appendUUID(make([]byte, 0, 36), id))
		}
		return ""
	case tag == tagRef:
		id := d.bytes(16)
		if id == nil {
			return ""
		}
		if s, ok := d.refs[[16]byte(id)]; ok {
			return s
		}
		s := string(appendUUID(append(make([]byte, 0, 46), refPrefix...), id))
		if d.refs != nil {
			d.refs[[16]byte(id)] = s
		}
		return s
	default:
		return string(d.bytes(tag - tagText))
	}
}

// word is text that is likely to occur often.
func (d *decoder) word() string {
	if d.words == nil {
		return d.text()
	}
	rest := *d
	if tag := rest.uvarint(); tag >= tagText {
		if b := rest.bytes(tag - tagText); rest.err == nil {
			s, ok := d.words[string(b)]
			if !ok {
				s = string(b)
				d.words[s] = s
			}
			d.b = rest.b
			return s
		}
	}
	return d.text()
}

// appendValue writes a value of a datamodel type.
func appendValue(b []byte, t *model.Type, v reflect.Value) []byte {
	switch t.Kind {
	case model.String, model.EnumKind, model.RefKind:
		return appendText(b, v.String())
	case model.Int:
		return binary.AppendVarint(b, v.Int())
	case model.Float:
		return binary.BigEndian.AppendUint64(b, math.Float64bits(v.Float()))
	case model.Bool:
		if v.Bool() {
			return append(b, 1)
		}
		return append(b, 0)
	case model.Datetime:
		at := v.Interface().(time.Time)
		b = binary.AppendVarint(b, at.Unix())
		return binary.AppendUvarint(b, uint64(at.Nanosecond()))
	case model.SetKind:
		b = binary.AppendUvarint(b, uint64(v.Len()))
		for i := range v.Len() {
			b = appendValue(b, t.Elem, v.Index(i))
		}
		return b
	case model.MapKind:
		b = binary.AppendUvarint(b, uint64(v.Len()))
		if m, ok := v.Interface().(map[string]string); ok {
			for k, x := range m {
				b = appendText(appendText(b, k), x)
			}
			return b
		}
		for it := v.MapRange(); it.Next(); {
			b = appendValue(b, t.Key, it.Key())
			b = appendValue(b, t.Elem, it.Value())
		}
		return b
	}
	panic(fmt.Sprintf("store: a %s cannot be stored", t))
}

// storable reports whether appendValue knows a type.
func storable(t *model.Type) bool {
	switch t.Kind {
	case model.String, model.EnumKind, model.RefKind, model.Int, model.Float, model.Bool, model.Datetime:
		return true
	case model.SetKind:
		return storable(t.Elem)
	case model.MapKind:
		return storable(t.Key) && storable(t.Elem)
	}
	return false
}

// value reads what appendValue wrote; an invalid v skips it.
func (d *decoder) value(t *model.Type, v reflect.Value) {
	keep := v.IsValid()
	switch t.Kind {
	case model.String:
		if s := d.text(); keep {
			v.SetString(s)
		}
	case model.EnumKind, model.RefKind:
		if s := d.word(); keep {
			v.SetString(s)
		}
	case model.Int:
		if n := d.varint(); keep {
			v.SetInt(n)
		}
	case model.Float:
		if x := d.uint64(); keep {
			v.SetFloat(math.Float64frombits(x))
		}
	case model.Bool:
		if x := d.byte(); keep {
			v.SetBool(x != 0)
		}
	case model.Datetime:
		sec, nsec := d.varint(), d.uvarint()
		if keep {
			v.Set(reflect.ValueOf(time.Unix(sec, int64(nsec)).UTC()))
		}
	case model.SetKind:
		n := d.count()
		if keep {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
		}
		for i := range n {
			if keep {
				d.value(t.Elem, v.Index(i))
			} else {
				d.value(t.Elem, reflect.Value{})
			}
		}
	case model.MapKind:
		d.mapValue(t, v)
	default:
		d.fail()
	}
}

func (d *decoder) mapValue(t *model.Type, v reflect.Value) {
	n := d.count()
	if !v.IsValid() {
		for range n {
			d.value(t.Key, v)
			d.value(t.Elem, v)
		}
		return
	}
	if p, ok := v.Addr().Interface().(*map[string]string); ok {
		m := make(map[string]string, n)
		for range n {
			k := d.word()
			m[k] = d.text()
		}
		*p = m
		return
	}
	m := reflect.MakeMapWithSize(v.Type(), n)
	for range n {
		k, x := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		d.value(t.Key, k)
		d.value(t.Elem, x)
		m.SetMapIndex(k, x)
	}
	v.Set(m)
}
