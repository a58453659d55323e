package model

import (
	"fmt"
	"strings"
)

// Release is a state of the datamodel that was given to the public: a product
// under its code name, or one of the numbered versions of xapi that the lives
// of classes, fields and messages mention besides.
type Release struct {
	// Code is the code name, or the number.
	Code string
	// Brand, Version and Text are the product's; Brand is empty for a numbered
	// version, which was nobody's product. Date is when it was built.
	Brand, Version, Text, Date string
	// APIMajor and APIMinor are the version of the API that hosts tell.
	APIMajor, APIMinor int64
	// Build is the product's build number, Platform the platform's version,
	// Xapi, Xen and Linux are those of the host's parts. Schema is the version
	// of the database; "" where hosts do not tell it.
	Build, Platform, Xapi, Xen, Linux, Schema string

	rank int // in the table
}

// releases, the oldest first. The API's versions and the platform's from ely on
// are known, and so are products, builds and parts of most; what is not
// published is a plausible value between its neighbours: everything of oslo and
// orinoco but the API, the platform's version before 7.1 and of the previews,
// builds of falcon, jura and quebec, days of months, most versions of the database.
//
// Numbered versions begin after stockholm_psr, the last product that grew from
// the branch before them. A later product holds what had come by its month:
// xapi counts its versions through a year, 23.1 to 23.30 and 24.0 to 24.40, so
// that nile-preview (August 2023) falls behind 23.18 and nile (March 2024)
// behind 24.3. orinoco, the newest, holds all of them.
var releases = makeReleases([]Release{
	{"rio", "XenServer", "4.0.1", "4.0", "2007-08-15", 1, 1, "", "", "", "", "", "", 0},
	{"miami", "XenServer", "4.1.0", "4.1", "2008-03-15", 1, 2, "", "", "", "", "", "", 0},
	{"symc", "XenServer", "4.1.1", "4.1", "2008-05-15", 1, 2, "", "", "", "", "", "", 0},
	{"orlando", "XenServer", "5.0.0", "5.0", "2008-09-15", 1, 3, "", "", "", "", "", "", 0},
	{"orlando-update-1", "XenServer", "5.0.0", "5.0", "2008-11-15", 1, 3, "", "", "", "", "", "", 0},
	{"george", "XenServer", "5.5.0", "5.5", "2009-06-15", 1, 6, "", "", "", "", "", "", 0},
	{"midnight-ride", "XenServer", "5.6.0", "5.6", "2010-05-15", 1, 7, "", "", "", "", "", "", 0},
	{"cowley", "XenServer", "5.6.100", "5.6 FP1", "2010-12-15", 1, 8, "", "", "", "", "", "", 0},
	{"boston", "XenServer", "6.0.0", "6.0", "2011-08-26", 1, 9, "50762p", "1.0.0", "1.3", "4.1.1", "2.6.32.12-0.7.1.xs6.0.0.529.170661xen", "", 0},
	{"tampa", "XenServer", "6.1.0", "6.1", "2012-09-10", 1, 10, "59235p", "1.6.10", "1.3", "4.1.3", "2.6.32.43-0.4.1.xs1.6.10.734.170748xen", "", 0},
	{"clearwater", "XenServer", "6.2.0", "6.2", "2013-06-14", 2, 0, "70446c", "1.8.0", "1.3", "4.1.5", "2.6.32.43-0.4.1.xs1.8.0.835.170778xen", "", 0},
	{"vgpu-tech-preview", "XenServer", "6.2.0", "6.2", "2013-10-01", 2, 0, "70446c", "1.8.0", "1.3", "4.1.5", "2.6.32.43-0.4.1.xs1.8.0.835.170778xen", "", 0},
	{"vgpu-productisation", "XenServer", "6.2.0", "6.2", "2013-12-12", 2, 1, "70446c", "1.8.0", "1.3", "4.1.5", "2.6.32.43-0.4.1.xs1.8.0.847.170785xen", "", 0},
	{"clearwater-felton", "XenServer", "6.2.0", "6.2", "2014-04-15", 2, 2, "70446c", "1.8.0", "1.3", "4.1.5", "2.6.32.43-0.4.1.xs1.8.0.847.170785xen", "", 0},
	{"clearwater-whetstone", "XenServer", "6.2.0", "6.2", "2014-10-15", 2, 2, "70446c", "1.8.0", "1.3", "4.1.5", "2.6.32.43-0.4.1.xs1.8.0.853.170791xen", "", 0},
	{"creedence", "XenServer", "6.5.0", "6.5", "2015-01-05", 2, 3, "90233c", "1.9.0", "1.3", "4.4.1-xs90192", "3.10.0+2", "", 0},
	{"cream", "XenServer", "6.5.0", "6.5", "2015-05-05", 2, 4, "90233c", "1.9.0", "1.3", "4.4.1-xs100346", "3.10.0+2", "", 0},
	{"indigo", "XenServer", "6.5.0", "6.5", "2015-12-15", 2, 4, "90233c", "1.9.0", "1.3", "4.4.1-xs112633", "3.10.0+2", "", 0},
	{"dundee", "XenServer", "7.0.0", "7.0", "2016-05-16", 2, 5, "125380c", "2.1.0", "1.3", "4.6.1-xs125300", "3.10.0+10", "", 0},
	{"ely", "XenServer", "7.1.0", "7.1", "2017-02-15", 2, 6, "137272c", "2.1.1", "1.3", "4.7.1-1.9", "4.4.0+2", "", 0},
	{"falcon", "XenServer", "7.2.0", "7.2", "2017-05-15", 2, 7, "release/falcon/master/8", "2.3.0", "1.29", "4.7.2-2.2", "4.4.0+2", "5.121", 0},
	{"inverness", "XenServer", "7.3.0", "7.3", "2017-12-05", 2, 8, "release/inverness/master/11", "2.4.0", "1.67", "4.7.4-4.1", "4.4.0+10", "5.134", 0},
	{"jura", "XenServer", "7.4.0", "7.4", "2018-02-20", 2, 9, "release/jura/master/10", "2.5.0", "1.79", "4.7.4-4.2", "4.4.0+10", "5.140", 0},
	{"kolkata", "XenServer", "7.5.0", "7.5", "2018-05-21", 2, 10, "release/kolkata/master/29", "2.6.0", "1.90", "4.7.5-5.5", "4.4.0+10", "5.142", 0},
	{"lima", "XenServer", "7.6.0", "7.6", "2018-09-05", 2, 11, "release/lima/master/10", "2.7.0", "1.110", "4.7.6-6.2", "4.4.0+10", "5.152", 0},
	{"naples", "Citrix Hypervisor", "8.0.0", "8.0", "2019-03-25", 2, 12, "release/naples/master/45", "3.0.0", "1.160", "4.11.1-7.4", "4.19.0+1", "5.600", 0},
	{"oslo", "Citrix Hypervisor", "8.0.50", "8.0", "2019-08-15", 2, 13, "release/oslo/master/1", "3.0.50", "1.190", "4.13.0-7", "4.19.0+1", "5.601", 0},
	{"quebec", "Citrix Hypervisor", "8.1.0", "8.1", "2019-12-05", 2, 14, "release/quebec/master/8", "3.1.0", "1.214", "4.13.0-8.4", "4.19.0+1", "5.602", 0},
	{"stockholm", "Citrix Hypervisor", "8.2.0", "8.2", "2020-06-15", 2, 15, "release/stockholm/master/7", "3.2.0", "1.249", "4.13.1-9.3", "4.19.0+1", "5.603", 0},
	{"stockholm_psr", "Citrix Hypervisor", "8.2.0", "8.2", "2020-11-15", 2, 15, "release/stockholm/master/7", "3.2.0", "1.249", "4.13.1-9.5", "4.19.0+1", "5.603", 0},
	{Code: "1.250.0"}, {Code: "1.257.0"}, {Code: "1.271.0"}, {Code: "1.290.0"}, {Code: "1.294.0"}, {Code: "1.295.0"}, {Code: "1.297.0"},
	{Code: "1.298.0"}, {Code: "1.301.0"}, {Code: "1.303.0"}, {Code: "1.304.0"}, {Code: "1.307.0"}, {Code: "1.313.0"}, {Code: "1.318.0"},
	{Code: "1.320.0"}, {Code: "1.329.0"}, {Code: "21.2.0"}, {Code: "21.3.0"}, {Code: "21.4.0"}, {Code: "22.5.0"}, {Code: "22.12.0"},
	{Code: "22.16.0"}, {Code: "22.19.0"}, {Code: "22.20.0"}, {Code: "22.26.0"}, {Code: "22.27.0"}, {Code: "22.33.0"}, {Code: "22.37.0"},
	{Code: "23.1.0"}, {Code: "23.9.0"}, {Code: "23.14.0"}, {Code: "23.18.0"},
	{"nile-preview", "XenServer", "8.3.0", "8", "2023-08-15", 2, 20, "stream", "3.3.0", "23.18", "4.17.1-5", "4.19.0+1", "5.764", 0},
	{Code: "23.24.0"}, {Code: "23.25.0"}, {Code: "23.27.0"}, {Code: "23.30.0"}, {Code: "24.0.0"}, {Code: "24.3.0"},
	{"nile", "XenServer", "8.4.0", "8", "2024-03-15", 2, 21, "stream", "3.4.0", "24.3", "4.17.3-4", "4.19.0+1", "5.775", 0},
	{Code: "24.10.0"}, {Code: "24.14.0"}, {Code: "24.15.0"}, {Code: "24.17.0"}, {Code: "24.19.0"}, {Code: "24.19.1"}, {Code: "24.20.0"},
	{Code: "24.23.0"}, {Code: "24.28.0"}, {Code: "24.31.0"}, {Code: "24.35.0"}, {Code: "24.37.0"}, {Code: "24.40.0"}, {Code: "25.2.0"},
	{Code: "25.6.0"}, {Code: "25.7.0"}, {Code: "25.8.0"}, {Code: "25.13.0"}, {Code: "25.15.0"}, {Code: "25.16.0"}, {Code: "25.17.0"},
	{Code: "25.21.0"}, {Code: "25.22.0"}, {Code: "25.24.0"}, {Code: "25.27.0"}, {Code: "25.31.0"}, {Code: "25.32.0"}, {Code: "25.33.0"},
	{Code: "25.34.0"}, {Code: "25.38.0-next"}, {Code: "25.39.0"}, {Code: "26.0.0"}, {Code: "26.1.0"}, {Code: "26.2.0"},
	{Code: "26.2.0-next"}, {Code: "26.6.0"}, {Code: "26.12.0"}, {Code: "26.13.0"}, {Code: "26.14.0"}, {Code: "26.14.0-next"},
	{Code: "26.15.0"}, {Code: "26.16.0"}, {Code: "26.16.1"}, {Code: "26.16.1-next"}, {Code: "26.17.0"},
	{"orinoco", "XenServer", "9.0.0", "9", "2026-06-15", 2, 23, "stream", "3.5.0", "26.17", "4.20.1-1", "6.6.98+0", "5.909", 0},
})

var releasesByCode = func() map[string]*Release {
	m := map[string]*Release{}
	for i := range releases {
		m[releases[i].Code] = &releases[i]
	}
	return m
}()

func makeReleases(list []Release) []Release {
	for i := range list {
		list[i].rank = i
	}
	return list
}

// FirstRelease is the oldest release that a host can look like.
const FirstRelease = "boston"

// Releases lists the releases that a host can look like, the oldest first.
func Releases() []*Release {
	var list []*Release
	for i := releasesByCode[FirstRelease].rank; i < len(releases); i++ {
		if releases[i].Brand != "" {
			list = append(list, &releases[i])
		}
	}
	return list
}

// FindRelease finds a release that a host can look like by its code name; ""
// is the newest.
func FindRelease(code string) (*Release, error) {
	if code == "" {
		return &releases[len(releases)-1], nil
	}
	var known []string
	for _, r := range Releases() {
		if r.Code == code {
			return r, nil
		}
		known = append(known, r.Code)
	}
	return nil, fmt.Errorf("release %q is not known: it must be one of %s", code, strings.Join(known, ", "))
}

// InstallDescription is what a host says of itself after its installation. The
// longer form is of the branded releases; where it ended is a guess.
func (r *Release) InstallDescription() string {
	if r.Before("creedence") {
		return "Default install of XenServer"
	}
	return "Default install"
}

// A nil Release stands for the newest one.
func (r *Release) at() int {
	if r == nil {
		return len(releases) - 1
	}
	return r.rank
}

func rankOf(code string) int {
	r := releasesByCode[code]
	if r == nil {
		panic("model: no release " + code)
	}
	return r.rank
}

// Before reports whether the release came before another, named or numbered.
// A code that is in no table is a mistake of the program, and panics.
func (r *Release) Before(code string) bool { return r.at() < rankOf(code) }

// Within reports whether the release had what came with one and went with
// another; "" stands for always and for never.
func (r *Release) Within(since, until string) bool {
	return (since == "" || !r.Before(since)) && (until == "" || r.Before(until))
}

// Old reports whether the release does as 6.0 did where nothing tells when that
// changed. 7.0 is a guess at the time: it rebuilt the way that hosts compare
// their processors, and with it much of the pool.
func (r *Release) Old() bool { return r.Before("dundee") }

// Has reports whether a thing with this life was there: it had come, and was
// not removed yet.
func (r *Release) Has(l Life) bool {
	step := r.step(l)
	return step != "" && step != "removed"
}

// Removed reports whether a thing had been there and was gone by then.
func (r *Release) Removed(l Life) bool { return r.step(l) == "removed" }

// Known reports whether a thing had come by then, be it gone or not.
func (r *Release) Known(l Life) bool { return r.step(l) != "" }

// step is the last step that a life had taken by then.
func (r *Release) step(l Life) string {
	last := ""
	for _, t := range l {
		if !r.Before(t.Release) {
			last = t.Step
		}
	}
	return last
}
