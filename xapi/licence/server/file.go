package server

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// Licences are what a server has to give.
type Licences struct {
	// Lease is how long a host keeps a licence without asking again.
	Lease    time.Duration
	Editions map[string]Stock
}

// Stock are the licences of an edition.
type Stock struct {
	Count   int
	Expires time.Time // the first moment they are good no more; zero for never
}

const defaultLease = 48 * time.Hour

// ReadFile reads a file of licences; errors are of the form path:line: what.
func ReadFile(path string) (*Licences, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	l := &Licences{Editions: map[string]Stock{}}
	number := 0
	for line := range strings.Lines(string(raw)) {
		number++
		text, _, _ := strings.Cut(line, "#")
		if words := strings.Fields(text); len(words) > 0 {
			if err := l.take(words); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", path, number, err)
			}
		}
	}
	if l.Lease == 0 {
		l.Lease = defaultLease
	}
	return l, nil
}

func (l *Licences) take(words []string) error {
	switch word := words[0]; {
	case word == "lease" && len(words) == 2:
		d, err := time.ParseDuration(words[1])
		if err != nil || d <= 0 {
			return fmt.Errorf("%q is no time: write 90m or 48h", words[1])
		}
		if l.Lease != 0 {
			return fmt.Errorf("the lease is told twice")
		}
		l.Lease = d
	case word == "licence" && (len(words) == 3 || len(words) == 4):
		if _, twice := l.Editions[words[1]]; twice {
			return fmt.Errorf("the edition %s is told twice", words[1])
		}
		n, err := strconv.Atoi(words[2])
		if err != nil || n < 0 {
			return fmt.Errorf("%q is no number of licences", words[2])
		}
		s := Stock{Count: n}
		if len(words) == 4 {
			if s.Expires, err = time.Parse(time.DateOnly, words[3]); err != nil {
				return fmt.Errorf("%q is no date: write 2030-12-31", words[3])
			}
			if s.Expires = s.Expires.AddDate(0, 0, 1); s.Expires.Year() > 9999 { // the day counts
				return fmt.Errorf("%s is no end that can be told: leave it out for none", words[3])
			}
		}
		l.Editions[words[1]] = s
	default:
		return fmt.Errorf("a line is \"licence EDITION COUNT [DATE]\" or \"lease TIME\"")
	}
	return nil
}
