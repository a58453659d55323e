package store

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"
	"time"
	"unsafe"

	"github.com/xapid/xapid/model"
)

// shape is what the store knows of a class, worked out once: where the indexed
// fields and the ends of relations lie, and how to copy and compare rows.
type shape struct {
	class      *model.Class
	uuid, name int // index of the struct field, -1 if there is none
	owners     []*relation
	derived    []*relation
	deep       []int // fields that a shallow copy shares
	plain      []int // fields that are neither derived nor deep
	prototype  reflect.Value
}

// relation ties an owner field, a Ref or a set of them, to the set that
// mirrors it at the other end.
type relation struct {
	id            int
	owner, target *shape
	ownerField    int
	many          bool
	mirror        int // the derived field
	slot          int // its place among the target's derived fields
}

type schema struct {
	shapes []*shape // by model.Class.Index
}

var theSchema = sync.OnceValue(func() *schema {
	s := &schema{}
	for _, c := range model.Classes() {
		s.shapes = append(s.shapes, newShape(c))
	}
	id := 0
	for _, target := range s.shapes {
		for _, f := range target.class.Fields {
			if f.Relation != model.Derived {
				continue
			}
			o := s.shapes[f.Other.Class.Index]
			r := &relation{id: id, owner: o, target: target, ownerField: f.Other.Index,
				many: f.Other.Go.Kind() == reflect.Slice, mirror: f.Index, slot: len(target.derived)}
			id++
			target.derived = append(target.derived, r)
			o.owners = append(o.owners, r)
		}
	}
	return s
})

func newShape(c *model.Class) *shape {
	s := &shape{class: c, uuid: -1, name: -1, prototype: reflect.New(c.Go).Elem()}
	for _, f := range c.Fields {
		if f.Default.IsValid() && f.Default.Type() == f.Go {
			s.prototype.Field(f.Index).Set(f.Default)
		}
		switch f.Go.Kind() {
		case reflect.Map, reflect.Slice, reflect.Pointer, reflect.Interface, reflect.Struct:
			if f.Relation == model.Derived {
				break
			}
			if f.Go == reflect.TypeFor[time.Time]() {
				s.plain = append(s.plain, f.Index)
			} else {
				s.deep = append(s.deep, f.Index)
			}
		default:
			s.plain = append(s.plain, f.Index)
		}
		switch {
		case f.Name == "uuid" && f.Go.Kind() == reflect.String:
			s.uuid = f.Index
		case f.Name == "name_label" && f.Go.Kind() == reflect.String:
			s.name = f.Index
		}
	}
	return s
}

func shapeOf(c *model.Class) *shape { return theSchema().shapes[c.Index] }

func elem(obj any) reflect.Value { return reflect.ValueOf(obj).Elem() }

// text reads a string field by its index; -1 reads as "".
func text(v reflect.Value, field int) string {
	if field < 0 {
		return ""
	}
	return v.Field(field).String()
}

// refs gives the set of references in a field as strings; a Ref is a string
// and nothing else, so the two slices are laid out alike.
func refs(v reflect.Value, field int) *[]string {
	return (*[]string)(v.Field(field).Addr().UnsafePointer())
}

var _ = [1]struct{}{}[unsafe.Sizeof("")-unsafe.Sizeof(model.Ref[model.VM](""))]

// shallow copies the struct alone.
func (s *shape) shallow(obj any) any {
	c := reflect.New(s.class.Go)
	c.Elem().Set(elem(obj))
	return c.Interface()
}

// clone copies obj so that the copy can be changed without touching obj.
// Derived sets stay shared: only the store writes them, and it knows.
func (s *shape) clone(obj any) any {
	c := s.shallow(obj)
	s.unshare(c)
	return c
}

// unshare makes a shallow copy a deep one.
func (s *shape) unshare(obj any) {
	v := elem(obj)
	for _, i := range s.deep {
		f := v.Field(i)
		switch p := f.Addr().Interface().(type) {
		case *map[string]string:
			*p = maps.Clone(*p)
		case *[]string:
			*p = slices.Clone(*p)
		default:
			if !f.IsZero() {
				f.Set(cloneValue(f))
			}
		}
	}
}

func cloneValue(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Map:
		if v.IsNil() {
			return v
		}
		c := reflect.MakeMapWithSize(v.Type(), v.Len())
		for it := v.MapRange(); it.Next(); {
			c.SetMapIndex(it.Key(), cloneValue(it.Value()))
		}
		return c
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		if k := v.Type().Elem().Kind(); k == reflect.Map || k == reflect.Slice || k == reflect.Pointer {
			for i := range v.Len() {
				c.Index(i).Set(cloneValue(v.Index(i)))
			}
		} else {
			reflect.Copy(c, v)
		}
		return c
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		c := reflect.New(v.Type().Elem())
		c.Elem().Set(v.Elem())
		for i := 0; c.Elem().Kind() == reflect.Struct && i < c.Elem().NumField(); i++ {
			if f := c.Elem().Field(i); f.CanSet() {
				f.Set(cloneValue(f))
			}
		}
		return c
	}
	return v
}

// same compares two objects, derived sets aside; of those fields only that
// are persistent if persist is set.
func (s *shape) same(a, b any, persist bool) bool {
	if persist && !s.class.Persist {
		return true
	}
	x, y := elem(a), elem(b)
	for _, i := range s.plain {
		if persist && !s.class.Fields[i].Persist {
			continue
		}
		if !samePlain(x.Field(i), y.Field(i)) {
			return false
		}
	}
	for _, i := range s.deep {
		if persist && !s.class.Fields[i].Persist {
			continue
		}
		if !sameValue(x.Field(i), y.Field(i)) {
			return false
		}
	}
	return true
}

func samePlain(x, y reflect.Value) bool {
	switch x.Kind() {
	case reflect.String:
		return x.String() == y.String()
	case reflect.Int64:
		return x.Int() == y.Int()
	case reflect.Bool:
		return x.Bool() == y.Bool()
	case reflect.Float64:
		return x.Float() == y.Float() || x.Float() != x.Float() && y.Float() != y.Float()
	case reflect.Struct:
		return x.Interface().(time.Time).Equal(y.Interface().(time.Time))
	}
	panic(fmt.Sprintf("store: no plain field is a %v", x.Type()))
}

func sameValue(x, y reflect.Value) bool {
	if m, ok := x.Addr().Interface().(*map[string]string); ok {
		return maps.Equal(*m, *y.Addr().Interface().(*map[string]string))
	}
	switch x.Kind() {
	case reflect.Map, reflect.Slice:
		return x.Len() == 0 && y.Len() == 0 || x.Len() == y.Len() && reflect.DeepEqual(x.Interface(), y.Interface())
	}
	return reflect.DeepEqual(x.Interface(), y.Interface())
}
