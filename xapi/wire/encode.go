package wire

import (
	"encoding/base64"
	"fmt"
	"reflect"
	"strconv"
	"time"
)

// I4 is an integer that XML tags, <i4>. The API has a single place for it.
type I4 int64

// Encodable is a value that writes itself: one whole value of the format.
// Encoders honour it wherever it stands in a result.
type Encodable interface {
	EncodeWire(b *Buffers, f Format)
}

// RecordField is a field of a struct that a record shows.
type RecordField struct {
	Name  string
	Index []int // as in reflect.StructField
	// OmitNil leaves the member out where the field is nil, and writes what a
	// pointer points to where it is not.
	OmitNil bool
}

// Encoder writes typed Go values. It may be used by many goroutines at once.
type Encoder struct {
	fields func(t reflect.Type) []RecordField
	plans  plans[encodeFunc]
}

// encodeFunc appends v to dst, which is what b has collected last.
type encodeFunc func(b *Buffers, dst []byte, f Format, v reflect.Value) []byte

// NewEncoder makes an encoder that asks fields which fields of a struct to
// write and in which order. Of structs for which fields has none, and of all
// structs if fields is nil, those are written that have a tag `wire:"name"`;
// with `wire:"name,omitnil"` as OmitNil says.
func NewEncoder(fields func(t reflect.Type) []RecordField) *Encoder {
	if fields == nil {
		fields = func(reflect.Type) []RecordField { return nil }
	}
	return &Encoder{fields: fields}
}

var plain = NewEncoder(nil)

// Append appends a value as an encoder without records does.
func Append(dst []byte, f Format, v any) []byte { return plain.Append(dst, f, v) }

// AppendValueXML appends a value as text of the form that the results of tasks
// have: "<value>...</value>".
func AppendValueXML(dst []byte, v any) []byte { return plain.Append(dst, XML, v) }

// ValueText is a value as text of the form that the results of tasks have.
func (e *Encoder) ValueText(v any) string { return string(e.Append(nil, XML, v)) }

// Append appends a value. A nil value is the result of a void message.
func (e *Encoder) Append(dst []byte, f Format, v any) []byte {
	if done, ok := appendSimple(dst, f, v); ok {
		return done
	}
	b := NewBuffers()
	own := b.tail
	b.tail = dst
	e.Encode(b, f, v)
	if len(b.refs) == 0 {
		dst = b.tail
	} else {
		dst = b.Bytes()
	}
	b.tail = own
	b.Free()
	return dst
}

// Encode adds a value to b.
func (e *Encoder) Encode(b *Buffers, f Format, v any) {
	if dst, ok := appendSimple(b.tail, f, v); ok {
		b.tail = dst
		return
	}
	b.tail = e.value(b, b.tail, f, reflect.ValueOf(v))
}

// appendSimple writes values that need no reflection.
func appendSimple(dst []byte, f Format, v any) ([]byte, bool) {
	switch v := v.(type) {
	case nil:
		return appendVoid(dst, f), true
	case string:
		return appendString(dst, f, v), true
	case int64:
		return appendInt(dst, f, v), true
	case bool:
		return appendBool(dst, f, v), true
	case float64:
		return appendFloat(dst, f, v), true
	}
	return dst, false
}

func (e *Encoder) value(b *Buffers, dst []byte, f Format, v reflect.Value) []byte {
	t := v.Type()
	plan, ok := e.plans.find(t)
	if !ok {
		plan = e.plans.build(t, e.compile)
	}
	return (*plan)(b, dst, f, v)
}

var (
	encodableType = reflect.TypeFor[Encodable]()
	dateType      = reflect.TypeFor[Date]()
	i4Type        = reflect.TypeFor[I4]()
	treeType      = reflect.TypeFor[Struct]()
)

// compile works out how to write values of a type.
func (e *Encoder) compile(t reflect.Type) encodeFunc {
	switch {
	case t.Kind() == reflect.Interface:
		return e.encodeInterface
	case t.Implements(encodableType):
		return encodeEncodable
	case t == timeType:
		return encodeTime
	case t == dateType:
		return encodeDate
	case t == i4Type:
		return encodeI4
	case t == treeType:
		return e.encodeTree
	}
	switch t.Kind() {
	case reflect.String:
		return encodeString
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return encodeInt
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return encodeUint
	case reflect.Float32, reflect.Float64:
		return encodeFloat
	case reflect.Bool:
		return encodeBool
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return encodeBytes
		}
		return e.list(t)
	case reflect.Array:
		return e.list(t)
	case reflect.Map:
		return e.dict(t)
	case reflect.Struct:
		return e.record(t)
	case reflect.Pointer:
		return e.pointer(t)
	}
	return encodeOther
}

func encodeEncodable(b *Buffers, dst []byte, f Format, v reflect.Value) []byte {
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return appendVoid(dst, f)
	}
	b.tail = dst
	v.Interface().(Encodable).EncodeWire(b, f)
	return b.tail
}

func (e *Encoder) encodeInterface(b *Buffers, dst []byte, f Format, v reflect.Value) []byte {
	if v.IsNil() {
		return appendNil(dst, f)
	}
	return e.value(b, dst, f, v.Elem())
}

func encodeString(_ *Buffers, dst []byte, f Format, v reflect.Value) []byte {
	return appendString(dst, f, v.String())
}

func encodeInt(_ *Buffers, dst []byte, f Format, v reflect.Value) []byte {
	return appendInt(dst, f, v.Int())
}

func encodeUint(_ *Buffers, dst []byte, f Format, v reflect.Value) []byte {
	if f == JSON {
		return strconv.AppendUint(dst, v.Uint(), 10)
	}
	return append(strconv.AppendUint(append(dst, "<value>"...), v.Uint(), 10), "</value>"...)
}

func encodeI4(_ *Buffers, dst []byte, f Format, v reflect.Value) []byte {
	if f == JSON {
		return strconv.AppendInt(dst, v.Int(), 10)
	}
	return append(strconv.AppendInt(append(dst, "<value><i4>"...), v.Int(), 10), "</i4></value>"...)
}

func encodeFloat(_ *Buffers, dst []byte, f Format, v reflect.Value) []byte {
	return appendFloat(dst, f, v.Float())
}

func encodeBool(_ *Buffers, dst []byte, f Format, v reflect.Value) []byte {
	return appendBool(dst, f, v.Bool())
}

func encodeTime(_ *Buffers, dst []byte, f Format, v reflect.Value) []byte {
	var t time.Time
	if v.CanAddr() {
		t = *v.Addr().Interface().(*time.Time)
	} else {
		t = v.Interface().(time.Time)
	}
	if f == JSON {
		return append(appendDate(append(dst, '"'), t), '"')
	}
	return append(appendDate(append(dst, dateOpen...), t), dateClose...)
}

const dateOpen, dateClose = "<value><dateTime.iso8601>", "</dateTime.iso8601></value>"

func encodeDate(_ *Buffers, dst []byte, f Format, v reflect.Value) []byte {
	if f == JSON {
		return appendString(dst, f, v.String())
	}
	return append(appendEscaped(append(dst, dateOpen...), f, v.String()), dateClose...)
}

func encodeBytes(_ *Buffers, dst []byte, f Format, v reflect.Value) []byte {
	if f == JSON {
		return append(base64.StdEncoding.AppendEncode(append(dst, '"'), v.Bytes()), '"')
	}
	return append(base64.StdEncoding.AppendEncode(append(dst, "<value><base64>"...), v.Bytes()), "</base64></value>"...)
}

// encodeOther writes what no answer should hold, so that it can be seen.
func encodeOther(_ *Buffers, dst []byte, f Format, v reflect.Value) []byte {
	return appendString(dst, f, fmt.Sprint(v))
}

func appendVoid(dst []byte, f Format) []byte { return appendString(dst, f, "") }

func appendNil(dst []byte, f Format) []byte {
	if f == JSON {
		return append(dst, "null"...)
	}
	return append(dst, "<value><nil/></value>"...)
}

// appendInt writes an integer. XML has it as text: clients read it so.
func appendInt(dst []byte, f Format, n int64) []byte {
	if f == JSON {
		return strconv.AppendInt(dst, n, 10)
	}
	return append(strconv.AppendInt(append(dst, "<value>"...), n, 10), "</value>"...)
}

func appendFloat(dst []byte, f Format, x float64) []byte {
	if f == JSON {
		return appendJSONFloat(dst, x)
	}
	return append(appendXMLFloat(append(dst, "<value><double>"...), x), "</double></value>"...)
}

var booleans = [...][2]string{
	XML:  {"<value><boolean>0</boolean></value>", "<value><boolean>1</boolean></value>"},
	JSON: {"false", "true"},
}

func appendBool(dst []byte, f Format, v bool) []byte {
	i := 0
	if v {
		i = 1
	}
	return append(dst, booleans[f][i]...)
}
