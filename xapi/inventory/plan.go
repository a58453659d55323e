package inventory

import (
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/cpu"
)

// plan is an inventory before it has references.
type plan struct {
	pool     string
	hosts    []hostPlan
	networks []networkPlan
	srs      []srPlan // beside those that every host has
	// defaultSR names the pool's default SR; "" is the first host's local one.
	defaultSR string
	vms       []vmPlan
}

type hostPlan struct {
	name, address string
	cpu           cpu.CPU
	memory        int64 // bytes
	nics          []nicPlan
	localSize     int64 // of the local SR, bytes
	licence       licencePlan
	build         string   // "" is the release's own
	updates       []string // by name
}

// licencePlan is a host's licence at its first boot; without an edition it is
// that of a fresh host. Without expires and days it ends when the edition's do.
type licencePlan struct {
	edition string
	expires time.Time
	days    int // from the first boot on; negative for one that is over
}

type nicPlan struct {
	device, mac string
	speed       int64 // Mbit/s
	network     string
}

type networkPlan struct {
	name, bridge string
	// device is set for the network of a NIC of that name.
	device string
}

type srPlan struct {
	name, kind, content string
	size                int64
	shared              bool
	host                int // of a local one
}

type vmPlan struct {
	name, description string
	host              int // -1: wherever there is room
	memory            int64
	vcpus             int64
	power             model.VMPowerState
	guest             string // profile
	template          string // its name
	disks             []diskPlan
	nics              []vifPlan
	tags              []string
	otherConfig       map[string]string
}

type diskPlan struct {
	name string
	size int64
	sr   string // "" is the local SR of the VM's host
	used int64  // bytes of it that are written
}

type vifPlan struct {
	network string
	mac     string // "" to make one
}
