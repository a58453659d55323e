package cpu

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Words are feature bits, 32 to a word, as text in groups of eight hexadecimal
// digits with hyphens between. What is missing at the end is zero.
type Words []uint32

// maxWords bounds what is read; processors have some twenty.
const maxWords = 64

// Parse reads words; an empty text has none.
func Parse(text string) (Words, error) {
	if text == "" {
		return nil, nil
	}
	groups := strings.Split(text, "-")
	if len(groups) > maxWords {
		return nil, fmt.Errorf("%d words of features are too many", len(groups))
	}
	w := make(Words, len(groups))
	for i, g := range groups {
		n, err := strconv.ParseUint(g, 16, 32)
		if err != nil || len(g) != 8 {
			return nil, fmt.Errorf("%q is no word of features: eight hexadecimal digits", g)
		}
		w[i] = uint32(n)
	}
	return w, nil
}

// maskDigits are the digits of four words.
const maskDigits = 32

// ParseMask reads the four words that hosts before 7.0 know, as an
// administrator may write them: with spaces and hyphens anywhere.
func ParseMask(text string) (Words, error) {
	digits := strings.NewReplacer(" ", "", "-", "").Replace(text)
	if len(digits) != maskDigits {
		return nil, fmt.Errorf("%q has %d hexadecimal digits, not %d", text, len(digits), maskDigits)
	}
	var groups []string
	for g := range slices.Chunk([]byte(digits), 8) {
		groups = append(groups, string(g))
	}
	return Parse(strings.Join(groups, "-"))
}

func (w Words) String() string {
	groups := make([]string, len(w))
	for i, n := range w {
		groups[i] = fmt.Sprintf("%08x", n)
	}
	return strings.Join(groups, "-")
}

// MarshalText and UnmarshalText keep words as their text.
func (w Words) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText is the opposite of MarshalText.
func (w *Words) UnmarshalText(text []byte) (err error) {
	*w, err = Parse(string(text))
	return err
}

func (w Words) at(i int) uint32 {
	if i < len(w) {
		return w[i]
	}
	return 0
}

// And is what both have, in as many words as the longer one.
func (w Words) And(o Words) Words {
	both := make(Words, max(len(w), len(o)))
	for i := range both {
		both[i] = w.at(i) & o.at(i)
	}
	return both
}

// Without is what w has and o has not.
func (w Words) Without(o Words) Words {
	rest := slices.Clone(w)
	for i := range rest {
		rest[i] &^= o.at(i)
	}
	return rest
}

// In tells whether o has all that w has.
func (w Words) In(o Words) bool {
	return !slices.ContainsFunc(w.Without(o), func(n uint32) bool { return n != 0 })
}

// swap turns the order of hosts before 7.0 (what CPUID leaf 1 tells in ecx and
// edx, then leaf 80000001h) into that of later ones (edx before ecx), and back.
func (w Words) swap() Words { return Words{w.at(1), w.at(0), w.at(3), w.at(2)} }
