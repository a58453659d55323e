package model

// PlacementPolicy is whether the VMs of a group shall be kept apart.
type PlacementPolicy string

// The labels of PlacementPolicy.
const (
	PlacementPolicyAntiAffinity PlacementPolicy = "anti_affinity"
	PlacementPolicyNormal       PlacementPolicy = "normal"
)

var _ = enum("placement_policy", PlacementPolicyAntiAffinity, PlacementPolicyNormal)

// VMGroup is a set of VMs with a common policy on where they run.
type VMGroup struct {
	UUID            string          `api:"RO" life:"rio"`
	NameLabel       string          `api:"RW" default:"" life:"rio"`
	NameDescription string          `api:"RW" default:"" life:"rio"`
	Placement       PlacementPolicy `api:"CO" default:"normal" life:"prototyped:24.19.1"`
	VMs             []Ref[VM]       `name:"VMs" api:"RO" life:"prototyped:24.19.1" of:"VM.groups"`
}

var _ = define[VMGroup](Def{
	Name:  "VM_group",
	Life:  "prototyped:24.19.1",
	Roles: "vm-admin",
	Flags: "database persist events constructor get_all",
})
