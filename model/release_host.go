package model

import "fmt"

// versionKeys are the keys of a host's software_version. since is the release
// that they came with, "" for always; until the one that no longer had them.
// What is known is that 6.0 had hg_id and the packs, and none of dbv, git_id,
// xapi_build and db_schema; the releases between are guesses, but for db_schema,
// which 7.5 had.
var versionKeys = []struct {
	key, since, until string
	value             func(r *build) string
}{
	{"product_brand", "", "", func(r *build) string { return r.Brand }},
	{"product_version", "", "", func(r *build) string { return r.Version }},
	{"product_version_text", "", "", func(r *build) string { return r.Text }},
	{"product_version_text_short", "", "", func(r *build) string { return r.Text }},
	{"platform_name", "", "", constant("XCP")},
	{"platform_version", "", "", func(r *build) string { return r.Platform }},
	{"build_number", "", "", func(r *build) string { return r.Build }},
	{"hg_id", "", "creedence", func(r *build) string { return r.source }},
	{"git_id", "creedence", "", func(r *build) string { return r.source }},
	{"hostname", "", "", constant("localhost")},
	{"date", "", "", func(r *build) string { return r.Date }},
	{"dbv", "tampa", "", func(r *build) string { return r.Date[:4] + "." + r.Date[5:7] + r.Date[8:] }},
	{"xapi", "", "", func(r *build) string { return r.Xapi }},
	{"xapi_build", "falcon", "", func(r *build) string { return r.Xapi + ".0" }},
	{"xen", "", "", func(r *build) string { return r.Xen }},
	{"linux", "", "", func(r *build) string { return r.Linux }},
	{"xencenter_min", "", "", apiVersion},
	{"xencenter_max", "", "", apiVersion},
	{"network_backend", "", "", constant("openvswitch")},
	{"db_schema", "falcon", "", func(r *build) string { return r.Schema }},
	{"xs:main", "", "dundee", pack("Base Pack")},
	{"xs:linux", "", "dundee", pack("Linux Pack")},
	{"package-linux", "", "dundee", constant("installed")},
}

// BuildKey is the key of host.other_config that names another build of the
// release than the released one: a host that is patched.
const BuildKey = "xapid:build"

// build is a release as a host has it.
type build struct {
	*Release
	source string // what it was made from
}

func buildOf(h *Host, r *Release) *build {
	number := h.OtherConfig[BuildKey]
	if number == "" {
		return &build{r, "xapid"}
	}
	patched := *r
	patched.Build = number
	return &build{&patched, "xapid-" + number}
}

func constant(s string) func(*build) string { return func(*build) string { return s } }

func apiVersion(r *build) string { return fmt.Sprintf("%d.%d", r.APIMajor, r.APIMinor) }

func pack(name string) func(*build) string {
	return func(r *build) string {
		return fmt.Sprintf("%s, version %s, build %s", name, r.Version, r.Build)
	}
}

// Describe makes a host say what release it is.
func (r *Release) Describe(h *Host) {
	h.APIVersionMajor, h.APIVersionMinor, h.APIVersionVendor = r.APIMajor, r.APIMinor, "XenSource"
	h.SoftwareVersion = map[string]string{}
	b := buildOf(h, r)
	for _, k := range versionKeys {
		if r.Within(k.since, k.until) {
			h.SoftwareVersion[k.key] = k.value(b)
		}
	}
}
