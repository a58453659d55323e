package wire

import (
	"math"
	"strconv"
)

// parseInt reads a 64-bit integer in the syntax that xapi accepts: an optional
// sign, a prefix 0x, 0o, 0b or 0u, and "_" after the first digit. With a prefix
// the number may use all 64 bits: 0xffffffffffffffff is -1. Blanks around it
// do not matter.
func parseInt[T string | []byte](s T) (int64, bool) {
	s = trim(s)
	negative := false
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		negative = s[0] == '-'
		s = s[1:]
	}
	base, most := uint64(10), uint64(math.MaxInt64)
	if len(s) > 2 && s[0] == '0' {
		if b, ok := prefixes[s[1]|0x20]; ok {
			base, most, s = b, math.MaxUint64, s[2:]
		}
	}
	if len(s) == 0 || s[0] == '_' {
		return 0, false
	}
	var n uint64
	for i := range len(s) {
		if s[i] == '_' {
			continue
		}
		d := digit(s[i])
		if d >= base || n > (math.MaxUint64-d)/base {
			return 0, false
		}
		n = n*base + d
	}
	if negative {
		if n > most && n != 1<<63 {
			return 0, false
		}
		return -int64(n), true
	}
	return int64(n), n <= most
}

var prefixes = map[byte]uint64{'x': 16, 'o': 8, 'b': 2, 'u': 10}

func digit(c byte) uint64 {
	switch {
	case c >= '0' && c <= '9':
		return uint64(c - '0')
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return uint64(c|0x20-'a') + 10
	}
	return math.MaxUint8
}

func parseFloat[T string | []byte](s T) (float64, bool) {
	x, err := strconv.ParseFloat(string(trim(s)), 64)
	// Too large a number is an infinity, as in C.
	return x, err == nil || math.IsInf(x, 0)
}

func trim[T string | []byte](s T) T {
	for len(s) > 0 && blank[s[0]] {
		s = s[1:]
	}
	for len(s) > 0 && blank[s[len(s)-1]] {
		s = s[:len(s)-1]
	}
	return s
}

var blank = [256]bool{' ': true, '\t': true, '\r': true, '\n': true}

// appendXMLFloat writes a float as C's %.16g does.
func appendXMLFloat(dst []byte, x float64) []byte {
	switch {
	case math.IsNaN(x):
		return append(dst, "nan"...)
	case math.IsInf(x, 1):
		return append(dst, "inf"...)
	case math.IsInf(x, -1):
		return append(dst, "-inf"...)
	}
	return strconv.AppendFloat(dst, x, 'g', 16, 64)
}

// appendJSONFloat writes a float so that nobody takes it for an integer. It
// writes NaN and infinities bare, as xapi.
func appendJSONFloat(dst []byte, x float64) []byte {
	switch {
	case math.IsNaN(x):
		return append(dst, "NaN"...)
	case math.IsInf(x, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(x, -1):
		return append(dst, "-Infinity"...)
	}
	if a := math.Abs(x); a != 0 && (a < 1e-6 || a >= 1e21) {
		return strconv.AppendFloat(dst, x, 'e', -1, 64)
	}
	from := len(dst)
	dst = strconv.AppendFloat(dst, x, 'f', -1, 64)
	for _, c := range dst[from:] {
		if c == '.' {
			return dst
		}
	}
	return append(dst, ".0"...)
}
