package licence

import (
	"maps"
	"strconv"
	"time"

	"github.com/xapid/xapid/model"
)

// The times that a licence lasts.
const (
	freeDays  = 30
	graceDays = 30
	day       = 24 * time.Hour
	stamp     = "20060102T15:04:05Z"
)

// A licence without an end has one all the same: before clearwater servers
// gave this date, and what never ends today ends when nobody looks any more.
var (
	perpetual = time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	never     = time.Date(2099, 12, 31, 0, 0, 0, 0, time.UTC)
	epoch     = time.Unix(0, 0).UTC()
)

// Values of license_params["grace"].
const (
	noGrace      = "no"
	regularGrace = "regular grace"
)

// Endless is when a licence of a release expires that has no end.
func Endless(r *model.Release) time.Time {
	if Old(r) {
		return perpetual
	}
	return never
}

// Fresh is when the licence of a host ends that was installed, or set free,
// now: 30 days later before clearwater, never today.
func Fresh(r *model.Release, now time.Time) time.Time {
	if Old(r) {
		return now.Add(freeDays * day).Truncate(day)
	}
	return never
}

// terms are what a host's license_params are made of.
type terms struct {
	edition *Edition
	expires time.Time
	grace   string
	// owner holds what an activation key tells of who uses the host.
	owner   map[string]string
	serial  string
	sockets string
	// level is the edition's, unless the licence is over.
	level string
}

// ownerKeys are the keys of license_params that an activation key fills.
var ownerKeys = []string{"name", "company", "address1", "address2", "city", "state", "postalcode", "country"}

// params are license_params.
func params(r *model.Release, t terms) map[string]string {
	m := restrictions(r, t.level)
	maps.Copy(m, map[string]string{
		"sku_type": t.edition.SKU, "sku_marketing_name": t.edition.Product, "version": "", "serialnumber": t.serial, "sockets": t.sockets,
		"productcode": "", "expiry": t.expires.UTC().Format(stamp), "grace": t.grace,
	})
	if !Old(r) {
		m["license_type"] = ""
		if t.grace == noGrace {
			delete(m, "grace") // consoles take its presence for a grace licence
		}
	} else {
		m["version"] = r.Version
	}
	for _, k := range ownerKeys {
		m[k] = t.owner[k]
	}
	return m
}

// Start is the licence of a host when it is installed, of an edition, until
// expires. It gives the license_params.
func Start(r *model.Release, e *Edition, expires, now time.Time, sockets int) map[string]string {
	t := terms{edition: e, expires: expires, grace: noGrace, level: e.Level, sockets: strconv.Itoa(sockets)}
	if !Old(r) && !now.Before(expires) {
		t.level = expired
	}
	return params(r, t)
}

// Expires is when the licence of a host ends, false if it does not.
func Expires(h *model.Host) (time.Time, bool) {
	at, err := time.Parse(stamp, h.LicenseParams["expiry"])
	if err != nil || at.Equal(never) {
		return time.Time{}, false
	}
	return at, true
}

// Expired tells whether the licence of a host has ended.
func Expired(h *model.Host, now time.Time) bool {
	at, ends := Expires(h)
	return ends && !now.Before(at)
}
