package store

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"reflect"
	"strings"
	"sync"

	"github.com/xapid/xapid/model"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func checksum(parts ...[]byte) uint32 {
	var c uint32
	for _, p := range parts {
		c = crc32.Update(c, castagnoli, p)
	}
	return c
}

// catalogue numbers the stored classes and their stored fields, so that a row
// on disk names them by number. Each row says which catalogue it was written
// with, and the catalogues are kept beside the rows: a later release, with
// fields added, dropped or of another type, reads every old row. What a row
// does not have takes the datamodel's default.
type catalogue struct {
	id      uint32
	text    []byte
	classes []*codec
	byIndex map[int]int // model.Class.Index -> number
}

// codec writes and reads the rows of one class.
type codec struct {
	name   string
	shape  *shape // nil if the class is gone
	fields []fieldCodec
}

type fieldCodec struct {
	typ   *model.Type
	index int // in the struct; -1 if the field is gone
}

// ownCatalogue is that of this program.
var ownCatalogue = sync.OnceValue(func() *catalogue {
	var b strings.Builder
	for _, c := range model.Classes() {
		if !c.Persist {
			continue
		}
		b.WriteString(c.Name)
		for _, f := range c.Fields {
			if !f.Persist || f.Relation == model.Derived {
				continue
			}
			if !storable(f.Type) {
				panic(fmt.Sprintf("store: %s is persistent but a %s cannot be stored", f.FullName(), f.Type))
			}
			b.WriteString("\t" + f.Name + ":" + f.Type.String())
		}
		b.WriteString("\n")
	}
	c, err := parseCatalogue([]byte(b.String()))
	if err != nil {
		panic(err)
	}
	return c
})

// parseCatalogue reads a line a class: its name and, after tabs, its fields as
// name:type.
func parseCatalogue(text []byte) (*catalogue, error) {
	cat := &catalogue{id: checksum(text), text: text, byIndex: map[int]int{}}
	for line := range strings.Lines(string(text)) {
		words := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		k := &codec{name: words[0]}
		class := model.ClassByName(words[0])
		if class != nil && class.Persist {
			k.shape = shapeOf(class)
			cat.byIndex[class.Index] = len(cat.classes)
		}
		for _, w := range words[1:] {
			name, typ, _ := strings.Cut(w, ":")
			t, err := model.ParseType(typ)
			if err != nil || !storable(t) {
				return nil, fmt.Errorf("the catalogue says that %s.%s is a %q", words[0], name, typ)
			}
			fc := fieldCodec{typ: t, index: -1}
			if k.shape != nil {
				if f := class.Field(name); f != nil && f.Type.String() == typ && f.Persist && f.Relation != model.Derived {
					fc.index = f.Index
				}
			}
			k.fields = append(k.fields, fc)
		}
		cat.classes = append(cat.classes, k)
	}
	return cat, nil
}

// appendRow writes the stored fields: for each that is not zero its number
// from 1 and its value, then 0.
func (k *codec) appendRow(b []byte, obj any) []byte {
	v := elem(obj)
	for i := range k.fields {
		f := v.Field(k.fields[i].index)
		if f.Kind() == reflect.Map || f.Kind() == reflect.Slice {
			if f.Len() == 0 {
				continue
			}
		} else if f.IsZero() {
			continue
		}
		b = binary.AppendUvarint(b, uint64(i)+1)
		b = appendValue(b, k.fields[i].typ, f)
	}
	return append(b, 0)
}

// row reads what appendRow wrote.
func (k *codec) row(d *decoder) any {
	p := reflect.New(k.shape.class.Go)
	v := p.Elem()
	v.Set(k.shape.prototype)
	k.shape.unshare(p.Interface())
	for _, f := range k.fields {
		if f.index >= 0 {
			v.Field(f.index).SetZero()
		}
	}
	for {
		n := d.uvarint()
		if n == 0 || d.err != nil {
			return p.Interface()
		}
		if n > uint64(len(k.fields)) {
			d.fail()
			return p.Interface()
		}
		f := k.fields[n-1]
		if f.index < 0 {
			d.value(f.typ, reflect.Value{})
		} else {
			d.value(f.typ, v.Field(f.index))
		}
	}
}
