package wire

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Value is a decoded argument: nil, string, int64, float64, bool, Date,
// []byte, Array or *Struct.
type Value any

// Date is the text of a dateTime.iso8601 element; ParseDate reads it.
type Date string

// Array is a decoded array.
type Array []Value

// Struct is a decoded struct or JSON object. Members keep their order.
type Struct struct{ Members []Member }

// Member is one member of a Struct.
type Member struct {
	Name  string
	Value Value
}

// Get finds a member by its exact name; of several the last counts.
func (s *Struct) Get(name string) (Value, bool) {
	for i := len(s.Members) - 1; i >= 0; i-- {
		if s.Members[i].Name == name {
			return s.Members[i].Value, true
		}
	}
	return nil, false
}

// describe says what a value is, for error messages.
func describe(v Value) string {
	switch v := v.(type) {
	case nil:
		return "nil"
	case string:
		return "'" + shorten(v) + "'"
	case Date:
		return "the date '" + shorten(string(v)) + "'"
	case []byte:
		return fmt.Sprintf("%d bytes of base64", len(v))
	case Array:
		return fmt.Sprintf("an array of %d", len(v))
	case *Struct:
		return fmt.Sprintf("a struct of %d members", len(v.Members))
	}
	return fmt.Sprint(v)
}

// shorten bounds how much of a client's text goes into an error message.
func shorten(s string) string {
	const most = 100
	if len(s) <= most {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.ToValidUTF8(s[:most], "") + "..."
}

// invalidText finds a string in v, member names included, that is not UTF-8.
func invalidText(v Value) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, !utf8.ValidString(v)
	case Date:
		return string(v), !utf8.ValidString(string(v))
	case Array:
		for _, e := range v {
			if s, bad := invalidText(e); bad {
				return s, true
			}
		}
	case *Struct:
		for _, m := range v.Members {
			if !utf8.ValidString(m.Name) {
				return m.Name, true
			}
			if s, bad := invalidText(m.Value); bad {
				return s, true
			}
		}
	}
	return "", false
}

// dump shows a string that is not UTF-8 as text that is.
func dump(s string) string {
	q := strconv.Quote(s[:min(len(s), 200)])
	return q[1 : len(q)-1]
}
