package wire

import (
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Converter makes typed Go values of decoded arguments. The kinds of Go types
// it makes, and what it makes them of:
//
//	string kinds   text; also integers, floats, booleans and dates by their text
//	enum types     text that is one of the labels, in any case
//	int kinds      integers, text ("5", "-0x10", "1_000"), whole floats
//	float kinds    floats, integers, text; NaN and infinities never
//	bool           booleans, text: true, false, 1, 0
//	time.Time      dates and text that ParseDate reads
//	slices         arrays; []byte also base64
//	maps           structs; keys like values, from text
//	*struct        structs, through Record
//	other pointers an option: nil or an empty array for none, an array of one or the bare value
//	any            the Value itself
//
// A Converter may be used by many goroutines at once and must not be copied.
type Converter struct {
	// Labels gives the labels of an enum type, nil for other types. Types that
	// have a method Labels() []string need no such function.
	Labels func(t reflect.Type) []string
	// Record makes a value of t, a pointer to a struct.
	Record func(s *Struct, t reflect.Type) (reflect.Value, error)

	plans plans[convertFunc]
}

// convertFunc sets dst to what v says.
type convertFunc func(v Value, dst reflect.Value) error

// ConvertError is an argument that is not of the wanted type.
type ConvertError struct {
	Want string
	Got  Value
}

func (e *ConvertError) Error() string { return "Expected " + e.Want + ", got " + describe(e.Got) }

func expected(want string, got Value) error { return &ConvertError{want, got} }

var (
	anyType    = reflect.TypeFor[any]()
	boolType   = reflect.TypeFor[bool]()
	floatType  = reflect.TypeFor[float64]()
	intType    = reflect.TypeFor[int64]()
	stringType = reflect.TypeFor[string]()
	timeType   = reflect.TypeFor[time.Time]()
	labelsType = reflect.TypeFor[interface{ Labels() []string }]()
)

// Convert makes a value of type t.
func (c *Converter) Convert(v Value, t reflect.Type) (reflect.Value, error) {
	if v != nil && (t == stringType || t == boolType || t == intType || t == floatType && finite(v)) {
		// Most arguments are of the wanted type as they are.
		if r := reflect.ValueOf(v); r.Type() == t {
			return r, nil
		}
	}
	plan, ok := c.plans.find(t)
	if !ok {
		plan = c.plans.build(t, c.compile)
	}
	dst := reflect.New(t).Elem()
	if err := (*plan)(v, dst); err != nil {
		return reflect.Value{}, err
	}
	return dst, nil
}

func finite(v Value) bool {
	x, ok := v.(float64)
	return !ok || !math.IsNaN(x) && !math.IsInf(x, 0)
}

// compile works out how to make values of a type.
func (c *Converter) compile(t reflect.Type) convertFunc {
	switch t.Kind() {
	case reflect.String:
		if labels := c.labels(t); labels != nil {
			return toEnum(labels)
		}
		return toString
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return toInt
	case reflect.Float32, reflect.Float64:
		return toFloat
	case reflect.Bool:
		return toBool
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return toBytes
		}
		return c.toSlice(t)
	case reflect.Map:
		return c.toMap(t)
	case reflect.Pointer:
		if t.Elem().Kind() == reflect.Struct && t.Elem() != timeType {
			return c.toRecord(t)
		}
		return c.toOption(t)
	case reflect.Struct:
		if t == timeType {
			return toTime
		}
		return c.toStruct(t)
	case reflect.Interface:
		if t == anyType {
			return toAny
		}
	}
	return func(v Value, _ reflect.Value) error { return expected("nothing: no argument can be a "+t.String(), v) }
}

func (c *Converter) labels(t reflect.Type) []string {
	if c.Labels != nil {
		if l := c.Labels(t); l != nil {
			return l
		}
	}
	if t.Implements(labelsType) {
		return reflect.Zero(t).Interface().(interface{ Labels() []string }).Labels()
	}
	return nil
}

func toString(v Value, dst reflect.Value) error {
	s, ok := textOf(v)
	if !ok {
		return expected("string", v)
	}
	dst.SetString(s)
	return nil
}

// textOf gives the text of a scalar.
func textOf(v Value) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), true
	case bool:
		return strconv.FormatBool(v), true
	case Date:
		return string(v), true
	}
	return "", false
}

func toEnum(labels []string) convertFunc {
	byName := make(map[string]string, 2*len(labels))
	for _, l := range labels {
		byName[strings.ToLower(l)] = l
	}
	// Labels that differ in case alone are told apart by their exact spelling.
	for _, l := range labels {
		byName[l] = l
	}
	want := "one of " + strings.Join(labels, ", ")
	return func(v Value, dst reflect.Value) error {
		s, ok := textOf(v)
		if !ok {
			return expected(want, v)
		}
		label, ok := byName[s]
		if !ok {
			label, ok = byName[strings.ToLower(s)]
		}
		if !ok {
			return expected(want, v)
		}
		dst.SetString(label)
		return nil
	}
}

func toInt(v Value, dst reflect.Value) error {
	n, ok := intOf(v)
	if !ok || dst.OverflowInt(n) {
		return expected(dst.Kind().String(), v)
	}
	dst.SetInt(n)
	return nil
}

func intOf(v Value) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case string:
		return parseInt(v)
	case float64:
		return int64(v), v == math.Trunc(v) && v >= -1<<63 && v < 1<<63
	}
	return 0, false
}

func toFloat(v Value, dst reflect.Value) error {
	x, ok := floatOf(v)
	if !ok || math.IsNaN(x) || math.IsInf(x, 0) || dst.OverflowFloat(x) {
		return expected("float", v)
	}
	dst.SetFloat(x)
	return nil
}

func floatOf(v Value) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int64:
		return float64(v), true
	case string:
		return parseFloat(v)
	}
	return 0, false
}

func toBool(v Value, dst reflect.Value) error {
	switch v := v.(type) {
	case bool:
		dst.SetBool(v)
		return nil
	case string:
		switch strings.ToLower(trim(v)) {
		case "true", "1":
			dst.SetBool(true)
			return nil
		case "false", "0":
			dst.SetBool(false)
			return nil
		}
	}
	return expected("bool", v)
}

type dateError string

func (e dateError) Error() string {
	return "Invalid argument: '" + shorten(string(e)) + "' is no date and time"
}

func toTime(v Value, dst reflect.Value) error {
	text := ""
	switch v := v.(type) {
	case Date:
		text = string(v)
	case string:
		text = v
	default:
		return expected("datetime", v)
	}
	t, ok := ParseDate(text)
	if !ok {
		return dateError(text)
	}
	*dst.Addr().Interface().(*time.Time) = t
	return nil
}
