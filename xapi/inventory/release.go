package inventory

import (
	"fmt"
	"strings"

	"github.com/xapid/xapid/model"
)

// versionKeys are the keys of a host's software_version. since is the release
// that they came with, "" for always; until the one that no longer had them.
// What is known is that 6.0 had hg_id and the packs, and none of dbv, git_id,
// xapi_build and db_schema; the releases between are guesses, but for db_schema,
// which 7.5 had.
var versionKeys = []struct {
	key, since, until string
	value             func(r *model.Release) string
}{
	{"product_brand", "", "", func(r *model.Release) string { return r.Brand }},
	{"product_version", "", "", func(r *model.Release) string { return r.Version }},
	{"product_version_text", "", "", func(r *model.Release) string { return r.Text }},
	{"product_version_text_short", "", "", func(r *model.Release) string { return r.Text }},
	{"platform_name", "", "", always("XCP")},
	{"platform_version", "", "", func(r *model.Release) string { return r.Platform }},
	{"build_number", "", "", func(r *model.Release) string { return r.Build }},
	{"hg_id", "", "creedence", always("xapid")},
	{"git_id", "creedence", "", always("xapid")},
	{"hostname", "", "", always("localhost")},
	{"date", "", "", func(r *model.Release) string { return r.Date }},
	{"dbv", "tampa", "", func(r *model.Release) string { return r.Date[:4] + "." + r.Date[5:7] + r.Date[8:] }},
	{"xapi", "", "", func(r *model.Release) string { return r.Xapi }},
	{"xapi_build", "falcon", "", func(r *model.Release) string { return r.Xapi + ".0" }},
	{"xen", "", "", func(r *model.Release) string { return r.Xen }},
	{"linux", "", "", func(r *model.Release) string { return r.Linux }},
	{"xencenter_min", "", "", api},
	{"xencenter_max", "", "", api},
	{"network_backend", "", "", always("openvswitch")},
	{"db_schema", "falcon", "", func(r *model.Release) string { return r.Schema }},
	{"xs:main", "", "dundee", pack("Base Pack")},
	{"xs:linux", "", "dundee", pack("Linux Pack")},
	{"package-linux", "", "dundee", always("installed")},
}

func always(s string) func(*model.Release) string { return func(*model.Release) string { return s } }

func api(r *model.Release) string { return fmt.Sprintf("%d.%d", r.APIMajor, r.APIMinor) }

func pack(name string) func(*model.Release) string {
	return func(r *model.Release) string {
		return fmt.Sprintf("%s, version %s, build %s", name, r.Version, r.Build)
	}
}

// Describe makes a host say what release it is.
func Describe(h *model.Host, r *model.Release) {
	h.APIVersionMajor, h.APIVersionMinor, h.APIVersionVendor = r.APIMajor, r.APIMinor, "XenSource"
	h.SoftwareVersion = map[string]string{}
	for _, k := range versionKeys {
		if r.Within(k.since, k.until) {
			h.SoftwareVersion[k.key] = k.value(r)
		}
	}
}

// toolsName is what the SR of the guest tools is called.
func toolsName(r *model.Release) string { return r.Brand + " Tools" }

// driversOf lists the storage drivers of a release.
func driversOf(r *model.Release) []driver {
	var list []driver
	for _, d := range driverTable {
		since, until, _ := strings.Cut(d.releases, "-")
		if r.Within(since, until) {
			list = append(list, d)
		}
	}
	return list
}
