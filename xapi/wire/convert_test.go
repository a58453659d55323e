package wire

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
)

type vmRef string

type power string

func powerLabels(t reflect.Type) []string {
	if t == reflect.TypeFor[power]() {
		return []string{"Halted", "Running", "on", "ON"}
	}
	return nil
}

type colour string

func (colour) Labels() []string { return []string{"red", "green"} }

type disk struct {
	Name string
	Size int64
}

func newConverter() *Converter {
	c := &Converter{Labels: powerLabels}
	c.Record = func(s *Struct, t reflect.Type) (reflect.Value, error) {
		d := reflect.New(t.Elem())
		for _, m := range s.Members {
			f := d.Elem().FieldByName(m.Name)
			if !f.IsValid() {
				continue
			}
			v, err := c.Convert(m.Value, f.Type())
			if err != nil {
				return v, err
			}
			f.Set(v)
		}
		return d, nil
	}
	return c
}

func ptr[T any](v T) *T { return &v }

func TestConvert(t *testing.T) {
	date := time.Date(2026, 1, 31, 23, 59, 58, 0, time.UTC)
	tests := []struct {
		in   Value
		want any // nil: refused
		of   any // type to refuse, if want is nil
	}{
		{"text", "text", nil},
		{int64(5), "5", nil},
		{1.5, "1.5", nil},
		{2.0, "2", nil},
		{true, "true", nil},
		{Date("20260131T23:59:58Z"), "20260131T23:59:58Z", nil},
		{nil, nil, ""},
		{Array{}, nil, ""},
		{st(), nil, ""},
		{[]byte("a"), nil, ""},
		{"OpaqueRef:a", vmRef("OpaqueRef:a"), nil},
		{nil, nil, vmRef("")},

		{"Running", power("Running"), nil},
		{"running", power("Running"), nil},
		{"HALTED", power("Halted"), nil},
		{"on", power("on"), nil},
		{"ON", power("ON"), nil},
		{"", nil, power("")},
		{"Runnin", nil, power("")},
		{Array{}, nil, power("")},
		{"Green", colour("green"), nil},
		{"blue", nil, colour("")},

		{int64(-5), int64(-5), nil},
		{"5", int64(5), nil},
		{" -5\n", int64(-5), nil},
		{"+5", int64(5), nil},
		{"0x1F", int64(31), nil},
		{"-0x10", int64(-16), nil},
		{"0o17", int64(15), nil},
		{"0b101", int64(5), nil},
		{"0u7", int64(7), nil},
		{"0017", int64(17), nil},
		{"1_000_000", int64(1000000), nil},
		{"0xffffffffffffffff", int64(-1), nil},
		{"9223372036854775807", int64(math.MaxInt64), nil},
		{"-9223372036854775808", int64(math.MinInt64), nil},
		{5.0, int64(5), nil},
		{-9223372036854775808.0, int64(math.MinInt64), nil},
		{"9223372036854775808", nil, int64(0)},
		{"-9223372036854775809", nil, int64(0)},
		{"0x10000000000000000", nil, int64(0)},
		{"99999999999999999999999", nil, int64(0)},
		{9223372036854775808.0, nil, int64(0)},
		{5.5, nil, int64(0)},
		{math.NaN(), nil, int64(0)},
		{math.Inf(-1), nil, int64(0)},
		{"", nil, int64(0)},
		{"-", nil, int64(0)},
		{"0x", nil, int64(0)},
		{"_1", nil, int64(0)},
		{"0b2", nil, int64(0)},
		{"5.0", nil, int64(0)},
		{"1e3", nil, int64(0)},
		{"1 0", nil, int64(0)},
		{"abc", nil, int64(0)},
		{true, nil, int64(0)},
		{nil, nil, int64(0)},
		{int64(200), int32(200), nil},
		{int64(200), nil, int8(0)},

		{1.5, 1.5, nil},
		{int64(60), 60.0, nil},
		{"60", 60.0, nil},
		{" 60.1 ", 60.1, nil},
		{"1e-3", 0.001, nil},
		{math.NaN(), nil, 0.0},
		{math.Inf(1), nil, 0.0},
		{"nan", nil, 0.0},
		{"inf", nil, 0.0},
		{"1e999", nil, 0.0},
		{"", nil, 0.0},
		{"x", nil, 0.0},
		{true, nil, 0.0},

		{true, true, nil},
		{false, false, nil},
		{"true", true, nil},
		{"True", true, nil},
		{"1", true, nil},
		{"false", false, nil},
		{" 0 ", false, nil},
		{"yes", nil, false},
		{"", nil, false},
		{int64(1), nil, false},
		{nil, nil, false},

		{Date("20260131T23:59:58Z"), date, nil},
		{"2026-01-31T23:59:58Z", date, nil},
		{"yesterday", nil, date},
		{int64(0), nil, date},

		{Array{"a", "b"}, []string{"a", "b"}, nil},
		{Array{}, []string{}, nil},
		{Array{"a", int64(1)}, []vmRef{"a", "1"}, nil},
		{Array{"halted"}, []power{"Halted"}, nil},
		{Array{Array{"1"}, Array{}}, [][]int64{{1}, {}}, nil},
		{Array{"a", nil}, nil, []string{}},
		{"a", nil, []string{}},
		{nil, nil, []string{}},
		{st(), nil, []string{}},
		{[]byte("hello"), []byte("hello"), nil},
		{"aGVs\nbG8=", []byte("hello"), nil},
		{"*", nil, []byte{}},
		{int64(1), nil, []byte{}},

		{st("a", "1", "b", int64(2)), map[string]string{"a": "1", "b": "2"}, nil},
		{st("a", "1", "a", "2"), map[string]string{"a": "2"}, nil},
		{st(), map[string]string{}, nil},
		{st("a", nil), nil, map[string]string{}},
		{Array{}, nil, map[string]string{}},
		{nil, nil, map[string]string{}},
		{st("a", "b"), map[vmRef]vmRef{"a": "b"}, nil},
		{st("1", "1.5", "-2", int64(3)), map[int64]float64{1: 1.5, -2: 3}, nil},
		{st("running", Array{"x"}), map[power][]string{"Running": {"x"}}, nil},
		{st("x", "1"), nil, map[int64]float64{}},
		{st("1", "x"), nil, map[int64]float64{}},
		{st("walking", Array{}), nil, map[power][]string{}},
		{"", nil, map[int64]int64{}},
		{st("a", st("b", "c")), map[string]map[string]string{"a": {"b": "c"}}, nil},
		{st("a", st("Size", "5")), map[string]disk{"a": {Size: 5}}, nil},

		{st("Name", "d", "Size", "0x10", "Other", nil), &disk{"d", 16}, nil},
		{st(), &disk{}, nil},
		{Array{st("Name", "d")}, &disk{Name: "d"}, nil},
		{st("Size", "x"), nil, &disk{}},
		{nil, nil, &disk{}},
		{Array{}, nil, &disk{}},
		{"", nil, &disk{}},
		{Array{st("Size", int64(1)), st()}, []disk{{Size: 1}, {}}, nil},
		{Array{st("Size", int64(1))}, []*disk{{Size: 1}}, nil},
		{Array{"x"}, nil, []disk{}},

		{nil, (*string)(nil), nil},
		{Array{}, (*string)(nil), nil},
		{Array{"x"}, ptr("x"), nil},
		{"x", ptr("x"), nil},
		{"5", ptr(int64(5)), nil},
		{Array{Date("20260131T23:59:58Z")}, ptr(date), nil},
		{Array{"x", "y"}, nil, ptr("")},
		{Array{}, (*[]string)(nil), nil},
		{Array{"x"}, ptr([]string{"x"}), nil},
		{Array{"x", "y"}, ptr([]string{"x", "y"}), nil},
		{Array{Array{"x"}}, ptr([]string{"x"}), nil},
		{Array{Array{}}, ptr([]string{}), nil},

		{"x", nil, make(chan int)},
		{nil, nil, struct{}{}},
	}
	c := newConverter()
	for range 2 { // the second time from what the first worked out
		for _, tt := range tests {
			typ := reflect.TypeOf(tt.want)
			if tt.want == nil {
				typ = reflect.TypeOf(tt.of)
			}
			got, err := c.Convert(tt.in, typ)
			switch {
			case tt.want == nil && err == nil:
				t.Errorf("%#v as %v: got %#v, want an error", tt.in, typ, got.Interface())
			case tt.want == nil:
				if err.Error() == "" {
					t.Errorf("%#v as %v: empty error", tt.in, typ)
				}
			case err != nil:
				t.Errorf("%#v as %v: %v", tt.in, typ, err)
			case got.Type() != typ || !reflect.DeepEqual(got.Interface(), tt.want):
				t.Errorf("%#v as %v: got %#v, want %#v", tt.in, typ, got.Interface(), tt.want)
			}
		}
	}
}

func TestConvertAny(t *testing.T) {
	c := newConverter()
	for _, v := range []Value{"x", int64(1), nil, Array{"x"}, st("a", "b")} {
		got, err := c.Convert(v, reflect.TypeFor[any]())
		if err != nil || !reflect.DeepEqual(got.Interface(), v) {
			t.Errorf("%#v: got %#v, %v", v, got, err)
		}
	}
	list, err := c.Convert(Array{"x", nil}, reflect.TypeFor[[]any]())
	if err != nil || !reflect.DeepEqual(list.Interface(), []any{"x", nil}) {
		t.Errorf("got %v, %v", list, err)
	}
}

func TestConvertErrors(t *testing.T) {
	tests := []struct {
		in   Value
		of   any
		want string
	}{
		{"abc", int64(0), "Expected int64, got 'abc'"},
		{nil, "", "Expected string, got nil"},
		{Array{"a", "b"}, "", "Expected string, got an array of 2"},
		{st("a", "b"), false, "Expected bool, got a struct of 1 members"},
		{[]byte("abc"), "", "Expected string, got 3 bytes of base64"},
		{Date("x"), int64(0), "Expected int64, got the date 'x'"},
		{true, int64(0), "Expected int64, got true"},
		{1.5, int64(0), "Expected int64, got 1.5"},
		{strings.Repeat("a", 101), int64(0), "Expected int64, got '" + strings.Repeat("a", 100) + "...'"},
		{"\xFF", int64(0), "Expected int64, got '\uFFFD'"},
		{"blue", colour(""), "Expected one of red, green, got 'blue'"},
		{"soon", time.Time{}, "Invalid argument: 'soon' is no date and time"},
		{Array{"1", "x"}, []int64{}, "element 1: Expected int64, got 'x'"},
		{st("a", nil), map[string]string{}, "member 'a': Expected string, got nil"},
		{st("a", nil), map[string]bool{}, "member 'a': Expected bool, got nil"},
		{st("a", true), map[int64]bool{}, "key: Expected int64, got 'a'"},
	}
	c := newConverter()
	for _, tt := range tests {
		_, err := c.Convert(tt.in, reflect.TypeOf(tt.of))
		if err == nil || err.Error() != tt.want {
			t.Errorf("%#v: got %v, want %s", tt.in, err, tt.want)
		}
	}
	_, err := c.Convert(Array{"x"}, reflect.TypeFor[[]int64]())
	var ce *ConvertError
	if !errors.As(err, &ce) || ce.Want != "int64" || ce.Got != "x" {
		t.Errorf("got %#v", err)
	}
	mine := errors.New("mine")
	c.Record = func(*Struct, reflect.Type) (reflect.Value, error) { return reflect.Value{}, mine }
	for _, typ := range []reflect.Type{reflect.TypeFor[*disk](), reflect.TypeFor[disk](), reflect.TypeFor[map[string]*disk]()} {
		if _, err := c.Convert(st("a", st()), typ); !errors.Is(err, mine) {
			t.Errorf("%v: got %v", typ, err)
		}
	}
	if _, err := new(Converter).Convert(st(), reflect.TypeFor[*disk]()); err == nil {
		t.Error("a record without a decoder")
	}
}

type deep []deep

// Types may be recursive, and many may ask for one at once.
func TestConvertRecursiveType(t *testing.T) {
	c := newConverter()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			v, err := c.Convert(Array{Array{}, Array{Array{}}}, reflect.TypeFor[deep]())
			if err != nil || !reflect.DeepEqual(v.Interface(), deep{{}, {{}}}) {
				t.Errorf("got %v, %v", v, err)
			}
		})
	}
	wg.Wait()
}

func TestParseDate(t *testing.T) {
	want := time.Date(2026, 1, 31, 23, 59, 58, 0, time.UTC)
	for _, d := range []string{"20260131", "2026-01-31"} {
		for _, clock := range []string{"23:59:58", "235958"} {
			for _, sep := range []string{"T", "t", " "} {
				for _, fraction := range []string{"", ".5", ",123456789012"} {
					for _, zone := range []string{"", "Z", "z", "+00", "-0000", "+00:00"} {
						s := d + sep + clock + fraction + zone
						if got, ok := ParseDate(s); !ok || !got.Equal(want) || got.Location() != time.UTC {
							t.Errorf("%s: got %v, %v", s, got, ok)
						}
					}
				}
			}
		}
	}
	for in, out := range map[string]string{
		"20260131T23:59:58+01:00":   "20260131T22:59:58Z",
		"20260131T23:59:58-0130":    "20260201T01:29:58Z",
		"20260131T23:59:58+23":      "20260131T00:59:58Z",
		" 20260131T23:59:58Z\n":     "20260131T23:59:58Z",
		"20240229T00:00:00Z":        "20240229T00:00:00Z",
		"00000101T00:00:00Z":        "00000101T00:00:00Z",
		"99991231T23:59:59Z":        "99991231T23:59:59Z",
		"00010101T00:00:00Z":        "19700101T00:00:00Z", // the zero time
		"1970-01-01T00:00:00.00Z":   "19700101T00:00:00Z",
		"2026-01-31T23:59:58.9999Z": "20260131T23:59:58Z",
	} {
		got, ok := ParseDate(in)
		if text := string(appendDate(nil, got)); !ok || text != out {
			t.Errorf("%s: got %s, %v, want %s", in, text, ok, out)
		}
	}
	for _, in := range []string{
		"", "T", "20260131", "2026-01-31", "20260131T", "20260131T23", "20260131T23:59", "20260131T2359", "20260131T23:5958", "20260131T2359:58",
		"2026-0131T23:59:58", "202601-31T23:59:58", "20260132T00:00:00", "20261301T00:00:00", "20260001T00:00:00", "20260100T00:00:00",
		"20230229T00:00:00", "20260131T24:00:00", "20260131T23:60:00", "20260131T23:59:60", "20260131T23:59:58.", "20260131T23:59:58.Z",
		"20260131T23:59:58+", "20260131T23:59:58+1", "20260131T23:59:58+01:", "20260131T23:59:58+24:00", "20260131T23:59:58+01:60", "20260131T23:59:58X",
		"20260131T23:59:58ZZ", "20260131X23:59:58", "-2026131T23:59:58", "2026013aT23:59:58", "99991231T23:59:59-01", "00000101T00:00:00+01", "1700000000", "Jan 31 2026",
	} {
		if got, ok := ParseDate(in); ok {
			t.Errorf("%q gave %v", in, got)
		}
	}
}
