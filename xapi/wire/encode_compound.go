package wire

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

func (e *Encoder) list(t reflect.Type) encodeFunc {
	elem := e.plans.part(t.Elem(), e.compile)
	return func(b *Buffers, dst []byte, f Format, v reflect.Value) []byte {
		s := &syntaxes[f]
		dst = append(dst, s.arrayOpen...)
		for i := range v.Len() {
			if i > 0 {
				dst = append(dst, s.comma...)
			}
			dst = (*elem)(b, dst, f, v.Index(i))
		}
		return append(dst, s.arrayClose...)
	}
}

func (e *Encoder) dict(t reflect.Type) encodeFunc {
	if t == stringMap {
		return encodeStringMap
	}
	elem := e.plans.part(t.Elem(), e.compile)
	type entry struct {
		key  string
		n    int64 // the key's order, among keys that are numbers
		elem reflect.Value
	}
	return func(b *Buffers, dst []byte, f Format, v reflect.Value) []byte {
		entries := make([]entry, 0, v.Len())
		for it := v.MapRange(); it.Next(); {
			key, n := keyText(it.Key())
			entries = append(entries, entry{key, n, it.Value()})
		}
		slices.SortFunc(entries, func(a, b entry) int {
			return cmp.Or(cmp.Compare(a.n, b.n), cmp.Compare(a.key, b.key))
		})
		s := &syntaxes[f]
		dst = append(dst, s.structOpen...)
		for i, m := range entries {
			dst = appendMember(dst, f, i, m.key)
			dst = append((*elem)(b, dst, f, m.elem), s.memberEnd...)
		}
		return append(dst, s.finish...)
	}
}

func keyText(k reflect.Value) (string, int64) {
	switch {
	case k.Kind() == reflect.String:
		return k.String(), 0
	case k.CanInt():
		return strconv.FormatInt(k.Int(), 10), k.Int()
	}
	return fmt.Sprint(k), 0
}

func appendMember(dst []byte, f Format, i int, name string) []byte {
	s := &syntaxes[f]
	if i > 0 {
		dst = append(dst, s.comma...)
	}
	return appendName(append(dst, s.memberOpen...), f, name)
}

func encodeStringMap(_ *Buffers, dst []byte, f Format, v reflect.Value) []byte {
	m := v.Interface().(map[string]string)
	var few [16]string // most maps are small
	keys := few[:0]
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	s := &syntaxes[f]
	dst = append(dst, s.structOpen...)
	for i, k := range keys {
		dst = appendString(appendMember(dst, f, i, k), f, m[k])
		dst = append(dst, s.memberEnd...)
	}
	return append(dst, s.finish...)
}

// encodeTree writes a decoded struct again.
func (e *Encoder) encodeTree(b *Buffers, dst []byte, f Format, v reflect.Value) []byte {
	members := v.Field(0)
	s := &syntaxes[f]
	dst = append(dst, s.structOpen...)
	for i := range members.Len() {
		m := members.Index(i)
		dst = appendMember(dst, f, i, m.Field(0).String())
		dst = append(e.encodeInterface(b, dst, f, m.Field(1)), s.memberEnd...)
	}
	return append(dst, s.finish...)
}

// pointer writes what a pointer to a struct points to, and other pointers as
// the option that they are.
func (e *Encoder) pointer(t reflect.Type) encodeFunc {
	elem := e.plans.part(t.Elem(), e.compile)
	if t.Elem().Kind() == reflect.Struct && t.Elem() != timeType {
		return func(b *Buffers, dst []byte, f Format, v reflect.Value) []byte {
			if v.IsNil() {
				return appendVoid(dst, f)
			}
			return (*elem)(b, dst, f, v.Elem())
		}
	}
	return func(b *Buffers, dst []byte, f Format, v reflect.Value) []byte {
		s := &syntaxes[f]
		dst = append(dst, s.arrayOpen...)
		if !v.IsNil() {
			dst = (*elem)(b, dst, f, v.Elem())
		}
		return append(dst, s.arrayClose...)
	}
}

// field is a field of a record, with what comes before its value.
type field struct {
	index []int
	omit  bool
	plan  *encodeFunc
	open  [2]string
}

func (e *Encoder) record(t reflect.Type) encodeFunc {
	var fields []field
	for _, rf := range e.recordFields(t) {
		ft := t.FieldByIndex(rf.Index).Type
		if rf.OmitNil && ft.Kind() == reflect.Pointer {
			ft = ft.Elem()
		}
		x := field{index: rf.Index, omit: rf.OmitNil, plan: e.plans.part(ft, e.compile)}
		for f := range x.open {
			x.open[f] = string(appendName([]byte(syntaxes[f].memberOpen), Format(f), rf.Name))
		}
		fields = append(fields, x)
	}
	return func(b *Buffers, dst []byte, f Format, v reflect.Value) []byte {
		s := &syntaxes[f]
		dst = append(dst, s.structOpen...)
		some := false
		for i := range fields {
			x := &fields[i]
			fv := v.FieldByIndex(x.index)
			if x.omit && isNilable(fv) {
				if fv.IsNil() {
					continue
				}
				if fv.Kind() == reflect.Pointer {
					fv = fv.Elem()
				}
			}
			if some {
				dst = append(dst, s.comma...)
			}
			some = true
			dst = append((*x.plan)(b, append(dst, x.open[f]...), f, fv), s.memberEnd...)
		}
		return append(dst, s.finish...)
	}
}

func isNilable(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Interface:
		return true
	}
	return false
}

func (e *Encoder) recordFields(t reflect.Type) []RecordField {
	if list := e.fields(t); len(list) > 0 {
		return list
	}
	var list []RecordField
	for _, sf := range reflect.VisibleFields(t) {
		name, opt, _ := strings.Cut(sf.Tag.Get("wire"), ",")
		if name != "" && sf.IsExported() {
			list = append(list, RecordField{Name: name, Index: sf.Index, OmitNil: opt == "omitnil"})
		}
	}
	return list
}
