package wire

import "time"

// ParseDate reads a date and time: dashes in the date or none, "T" or a blank,
// colons in the time or none, a fraction of a second or none, and a zone
// ("Z", "+01", "+0100", "+01:00") or none, which means UTC. The result is in
// UTC, in whole seconds, within the years 0 to 9999.
func ParseDate(s string) (time.Time, bool) {
	p := dateParser{rest: trim(s), ok: true}
	year := p.number(4)
	dashes := p.skip('-')
	month := p.number(2)
	p.want(dashes, '-')
	day := p.number(2)
	if !p.skip('T') && !p.skip('t') && !p.skip(' ') {
		return time.Time{}, false
	}
	hour := p.number(2)
	colons := p.skip(':')
	minute := p.number(2)
	p.want(colons, ':')
	second := p.number(2)
	if p.skip('.') || p.skip(',') {
		p.number(1)
		for p.rest != "" && p.rest[0] >= '0' && p.rest[0] <= '9' {
			p.rest = p.rest[1:]
		}
	}
	offset := p.zone()
	t := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	// time.Date carries what is out of range over into the next unit.
	_, m, d := t.Date()
	if !p.ok || p.rest != "" || int(m) != month || d != day || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	t = t.Add(-time.Duration(offset) * time.Minute)
	return t, t.Year() >= 0 && t.Year() <= 9999
}

type dateParser struct {
	rest string
	ok   bool
}

func (p *dateParser) number(digits int) int {
	if len(p.rest) < digits {
		p.ok = false
		return 0
	}
	n := 0
	for i := range digits {
		c := p.rest[i]
		if c < '0' || c > '9' {
			p.ok = false
		}
		n = n*10 + int(c-'0')
	}
	p.rest = p.rest[digits:]
	return n
}

func (p *dateParser) skip(c byte) bool {
	if p.rest == "" || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

func (p *dateParser) want(wanted bool, c byte) {
	if wanted && !p.skip(c) {
		p.ok = false
	}
}

// zone gives the minutes that the local time is ahead of UTC.
func (p *dateParser) zone() int {
	sign := 1
	switch {
	case p.rest == "", p.skip('Z'), p.skip('z'):
		return 0
	case p.skip('+'):
	case p.skip('-'):
		sign = -1
	default:
		p.ok = false
	}
	hours, minutes := p.number(2), 0
	if p.skip(':') || p.rest != "" {
		minutes = p.number(2)
	}
	if hours > 23 || minutes > 59 {
		p.ok = false
	}
	return sign * (hours*60 + minutes)
}

// appendDate writes a time as the API does, 20260131T23:59:58Z, and the zero
// time as the epoch.
func appendDate(dst []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(dst, "19700101T00:00:00Z"...)
	}
	t = t.UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	year = min(max(year, 0), 9999)
	dst = appendPair(appendPair(dst, year/100), year%100)
	dst = appendPair(appendPair(dst, int(month)), day)
	dst = append(appendPair(append(dst, 'T'), hour), ':')
	dst = append(appendPair(dst, minute), ':')
	return append(appendPair(dst, second), 'Z')
}

func appendPair(dst []byte, n int) []byte { return append(dst, byte('0'+n/10), byte('0'+n%10)) }
