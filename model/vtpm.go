package model

// PersistenceBackend is where a virtual TPM keeps its content.
type PersistenceBackend string

// The labels of PersistenceBackend.
const (
	PersistenceBackendXapi PersistenceBackend = "xapi"
)

var _ = enum("persistence_backend", PersistenceBackendXapi)

// VTPMOperations is what can go on with a virtual TPM.
type VTPMOperations string

// The labels of VTPMOperations.
const (
	VTPMOperationsDestroy VTPMOperations = "destroy"
)

var _ = enum("vtpm_operations", VTPMOperationsDestroy)

// VTPM is the virtual TPM of a VM; its content is a secret.
type VTPM struct {
	UUID               string                    `api:"RO" life:"rio"`
	AllowedOperations  []VTPMOperations          `api:"RO,volatile" default:"[]" life:"rio"`
	CurrentOperations  map[string]VTPMOperations `api:"RO,volatile" default:"{}" life:"rio"`
	VM                 Ref[VM]                   `name:"VM" api:"CO" life:"rio"`
	Backend            Ref[VM]                   `api:"RO" default:"OpaqueRef:NULL" life:"rio"`
	PersistenceBackend PersistenceBackend        `api:"RO" default:"xapi" life:"prototyped:22.26.0"`
	IsUnique           bool                      `api:"CO" default:"false" life:"prototyped:22.26.0"`
	IsProtected        bool                      `api:"RO" default:"false" life:"prototyped:22.26.0"`
	Contents           Ref[Secret]               `api:"RO,internal" life:"prototyped:22.26.0"`
}

var _ = define[VTPM](Def{
	Name:  "VTPM",
	Life:  "prototyped:22.26.0",
	Roles: "pool-admin",
	Flags: "database persist events get_all",
	Messages: `
create(vM: VM ref, is_unique: bool) -> VTPM ref | prototyped:22.26.0 vm-admin async
destroy(self: VTPM ref) -> void | prototyped:22.26.0 vm-admin async
get_contents(self: VTPM ref) -> string | prototyped:22.26.0 local-root async hidden secret
set_contents(self: VTPM ref, contents: string) -> void | prototyped:22.26.0 local-root async hidden secret
`,
})
