package cpu

import (
	"slices"
	"strconv"
	"strings"
)

// Host is a host whose processors count in a pool.
type Host struct {
	Info map[string]string // its cpu_info
	HVM  bool              // it runs machines without paravirtual kernels
}

// RunsHVM tells whether a host, of which these are the capabilities, runs
// machines without paravirtual kernels.
func RunsHVM(capabilities []string) bool {
	return slices.ContainsFunc(capabilities, func(s string) bool { return strings.Contains(s, "hvm") })
}

// Level is the cpu_info of a pool with these hosts: what they have together,
// and what they have in common. The first one's vendor is the pool's. It is
// empty before 7.0.
func Level(hosts []Host) map[string]string {
	level := map[string]string{}
	counts := map[string]int{}
	words := map[string]Words{}
	keys := Levelled
	if !slices.ContainsFunc(hosts, func(h Host) bool { return h.Info[HVMHost] != "" || h.Info[PVHost] != "" }) {
		keys = []string{HVM, PV} // nobody tells the others yet
	}
	for _, h := range hosts {
		if Masks(h.Info) {
			return map[string]string{}
		}
		if level[Vendor] == "" {
			level[Vendor] = h.Info[Vendor]
		}
		for _, k := range []string{CPUCount, SocketCount} {
			n, _ := strconv.Atoi(h.Info[k]) // what is no number counts nothing
			counts[k] += n
		}
		for _, k := range keys {
			mine := own(h.Info, k)
			if (k == HVM || k == HVMHost) && !h.HVM || len(mine) == 0 {
				continue
			}
			if all, ok := words[k]; ok {
				mine = mine.And(all)
			}
			words[k] = mine
		}
	}
	for k, n := range counts {
		level[k] = strconv.Itoa(n)
	}
	for k, w := range words {
		level[k] = w.String()
	}
	return level
}

// own are a host's words of a key; one of 7.0 lets machines see from their
// start all that they may ever see. What cannot be read is nothing.
func own(info map[string]string, key string) Words {
	text, ok := info[key]
	switch {
	case !ok && key == HVMHost:
		text = info[HVM]
	case !ok && key == PVHost:
		text = info[PV]
	}
	w, _ := Parse(text)
	return w
}

// Boot is what a machine that starts remembers of its processor
// (VM.last_boot_CPU_flags): the pool's level for its kind, before 7.0 the
// host's features.
func Boot(pool, host map[string]string, pv bool) map[string]string {
	if Masks(host) {
		return map[string]string{Vendor: host[Vendor], Features: host[Features]}
	}
	key := HVMHost
	if pv {
		key = PVHost
	}
	return map[string]string{Vendor: pool[Vendor], Features: own(pool, key).String()}
}

// Why a machine cannot go on running on a host; clients know these texts.
const (
	otherVendorMasked = "VM was last booted on a host which had a CPU from a different vendor."
	lacksMasked       = "VM was last booted on a CPU with features this host's CPU does not have."
	otherVendor       = "VM last booted on a host which had a CPU from a different vendor."
	lacks             = "VM last booted on a CPU with features this host's CPU does not have."
	noKeys            = "Host does not have new leveling feature keys - not comparing VM's flags"
)

// Refusal is the reason why a machine that remembers flags, of Boot, cannot go
// on running on a host with this cpu_info; "" if it can. A machine that
// remembers nothing can.
func Refusal(flags, host map[string]string, pv bool) string {
	key, vendor, features := HVM, otherVendor, lacks
	if pv {
		key = PV
	}
	if Masks(host) {
		key, vendor, features = Features, otherVendorMasked, lacksMasked
	}
	text, ok := host[key]
	if _, known := host[Vendor]; !ok || !known {
		return noKeys
	}
	if v, ok := flags[Vendor]; ok && v != host[Vendor] {
		return vendor
	}
	have, _ := Parse(text) // nonsense offers nothing
	want, err := Parse(flags[Features])
	if err != nil || !want.In(have) {
		return features
	}
	return ""
}

// Alike tells whether the processors of two hosts before 7.0 are the same to
// virtual machines, as far as a mask looks; "" looks at everything.
func Alike(a, b map[string]string, mask string) (bool, error) {
	if a[Vendor] != b[Vendor] {
		return false, nil
	}
	if mask == "" {
		return a[Features] == b[Features], nil
	}
	m, err := ParseMask(mask)
	if err != nil {
		return false, err
	}
	x, _ := Parse(a[Features])
	y, _ := Parse(b[Features])
	return x.And(m).String() == y.And(m).String(), nil
}

// CheckMask checks a mask, as an administrator writes it, against a processor:
// the mask in the form that cpu_info has, or why it is wrong. unable tells
// that the processor hides nothing.
func CheckMask(info map[string]string, text string) (mask string, unable bool, err error) {
	m, err := ParseMask(text)
	if err != nil {
		return "", false, err
	}
	physical, err := Parse(info[Physical])
	if err != nil {
		return "", false, err
	}
	switch info[CanMask] {
	case Full:
	case Base:
		if m.at(2) != physical.at(2) || m.at(3) != physical.at(3) {
			return "", false, maskError("this processor cannot hide features of its last two words, which are " + physical[2:].String())
		}
	default:
		return "", true, maskError("this processor cannot hide features")
	}
	if !m.In(physical) {
		return "", false, maskError("this processor lacks some of these features; it has " + physical.String())
	}
	return m.String(), false, nil
}

type maskError string

func (e maskError) Error() string { return string(e) }
