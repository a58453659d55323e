package model

// Origin is where a repository of updates lives.
type Origin string

// The labels of Origin.
const (
	OriginRemote     Origin = "remote"
	OriginBundle     Origin = "bundle"
	OriginRemotePool Origin = "remote_pool"
)

var _ = enum("origin", OriginRemote, OriginBundle, OriginRemotePool)

// Repository is a source of updates for the hosts of the pool.
type Repository struct {
	UUID            string `api:"RO" life:"1.301.0"`
	NameLabel       string `api:"RW" default:"" life:"rio"`
	NameDescription string `api:"RW" default:"" life:"rio"`
	BinaryURL       string `api:"CO" default:"" life:"1.301.0"`
	SourceURL       string `api:"CO" default:"" life:"1.301.0"`
	Update          bool   `api:"CO" default:"false" life:"1.301.0"`
	Hash            string `api:"RO" default:"" life:"1.301.0"`
	UpToDate        bool   `api:"RO" default:"false" life:"published:1.301.0,deprecated:23.18.0,removed:23.18.0"`
	GpgkeyPath      string `api:"CO" default:"" life:"prototyped:22.12.0"`
	Origin          Origin `api:"CO" default:"remote" life:"prototyped:24.23.0"`
	Certificate     string `api:"CO" default:"" life:"prototyped:25.7.0"`
}

var _ = define[Repository](Def{
	Name:  "Repository",
	Life:  "1.301.0",
	Roles: "pool-operator+client-cert",
	Flags: "database persist events get_all",
	Messages: `
introduce(name_label: string, name_description: string, binary_url: string, source_url: string, update: bool, gpgkey_path?: string = "") -> Repository ref | 1.301.0 pool-operator+client-cert async
introduce_bundle(name_label: string, name_description: string) -> Repository ref | prototyped:24.23.0 pool-operator+client-cert async
introduce_remote_pool(name_label: string, name_description: string, binary_url: string, certificate: string) -> Repository ref | prototyped:25.7.0 pool-operator+client-cert async
forget(self: Repository ref) -> void | 1.301.0 pool-operator+client-cert async
apply(host: host ref) -> void | 1.301.0 pool-operator+client-cert async hidden pool-internal
set_gpgkey_path(self: Repository ref, value: string) -> void | prototyped:22.12.0 pool-operator+client-cert async
apply_livepatch(host: host ref, component: string, base_build_id: string, base_version: string, base_release: string, to_version: string, to_release: string) -> void | prototyped:22.20.0 pool-operator+client-cert async hidden pool-internal
`,
})
