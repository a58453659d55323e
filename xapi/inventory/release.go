package inventory

import (
	"fmt"
	"strings"
)

// release is how a host of a release of XenServer describes itself.
type release struct {
	code, brand, version, text string
	apiMajor, apiMinor         int64
	platform                   string
}

// releases, the newest last. Platform versions before 7.1 and that of 9 are
// not published; these are plausible.
var releases = []release{
	{"boston", "XenServer", "6.0.0", "6.0", 1, 9, "1.0.0"},
	{"tampa", "XenServer", "6.1.0", "6.1", 1, 10, "1.6.10"},
	{"clearwater", "XenServer", "6.2.0", "6.2", 2, 0, "1.8.0"},
	{"creedence", "XenServer", "6.5.0", "6.5", 2, 3, "1.9.0"},
	{"dundee", "XenServer", "7.0.0", "7.0", 2, 5, "2.1.0"},
	{"ely", "XenServer", "7.1.0", "7.1", 2, 6, "2.1.1"},
	{"falcon", "XenServer", "7.2.0", "7.2", 2, 7, "2.3.0"},
	{"inverness", "XenServer", "7.3.0", "7.3", 2, 8, "2.4.0"},
	{"jura", "XenServer", "7.4.0", "7.4", 2, 9, "2.5.0"},
	{"kolkata", "XenServer", "7.5.0", "7.5", 2, 10, "2.6.0"},
	{"lima", "XenServer", "7.6.0", "7.6", 2, 11, "2.7.0"},
	{"naples", "Citrix Hypervisor", "8.0.0", "8.0", 2, 12, "3.0.0"},
	{"quebec", "Citrix Hypervisor", "8.1.0", "8.1", 2, 14, "3.1.0"},
	{"stockholm", "Citrix Hypervisor", "8.2.0", "8.2", 2, 15, "3.2.0"},
	{"nile", "XenServer", "8.4.0", "8", 2, 21, "3.4.0"},
	{"orinoco", "XenServer", "9.0.0", "9", 2, 23, "3.5.0"},
}

// releaseOf finds a release by its code name; "" is the newest.
func releaseOf(code string) (release, error) {
	if code == "" {
		return releases[len(releases)-1], nil
	}
	var known []string
	for _, r := range releases {
		if r.code == code {
			return r, nil
		}
		known = append(known, r.code)
	}
	return release{}, fmt.Errorf("release %q is not known: it must be one of %s", code, strings.Join(known, ", "))
}

// CheckRelease fails if a code name is not known.
func CheckRelease(code string) error {
	_, err := releaseOf(code)
	return err
}
