package inventory

import (
	"fmt"
	"strconv"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/cpu"
)

const (
	mib = int64(1) << 20
	gib = int64(1) << 30
	tib = int64(1) << 40
)

// Bounds of what is made up.
const (
	minMemory = 128 * gib // of a host
	maxMemory = 4 * tib
	minLocal  = 2 * tib // of a local SR
)

const sharedSR = "NFS virtual disk storage"

// kinds are what made-up machines are for.
var kinds = []struct {
	name     string
	template string
	guest    string
	memory   []int64 // GiB
	vcpus    []int64
	disks    [2]int64 // sizes of the system disk and of others, GiB
}{
	{"web", "Debian Bookworm 12", "", []int64{1, 2, 4}, []int64{1, 2}, [2]int64{10, 20}},
	{"app", "Ubuntu Noble Numbat 24.04", "", []int64{2, 4, 8}, []int64{2, 4}, [2]int64{20, 40}},
	{"db", "Rocky Linux 9", "", []int64{8, 16}, []int64{4, 8}, [2]int64{20, 200}},
	{"cache", "Debian Bookworm 12", "", []int64{4, 8}, []int64{2}, [2]int64{10, 10}},
	{"build", "Ubuntu Jammy Jellyfish 22.04", "", []int64{4, 8}, []int64{4, 8}, [2]int64{40, 100}},
	{"mail", "AlmaLinux 9", "", []int64{2, 4}, []int64{2}, [2]int64{20, 100}},
	{"dc", "Windows Server 2022 (64-bit)", "windows", []int64{4, 8}, []int64{2, 4}, [2]int64{64, 64}},
	{"desktop", "Windows 11", "windows", []int64{4, 8}, []int64{2}, [2]int64{64, 64}},
	{"appliance", "Other install media", "none", []int64{1}, []int64{1}, [2]int64{8, 8}},
}

// generate makes up a plan.
func generate(s *source, o Options) plan {
	p := plan{}
	hosts := max(o.Hosts, 1)
	processors := cpu.Default("")
	processors.Sockets = 2
	if o.CPU != nil {
		processors = *o.CPU
	}
	for i := range o.VMs {
		p.vms = append(p.vms, makeUp(s, i, hosts > 1))
	}
	memory := fitting(p.vms, hosts)
	for i := range hosts {
		h := hostPlan{
			name: fmt.Sprintf("host-%02d", i+1), address: fmt.Sprintf("10.1.%d.%d", i/250, i%250+10), memory: memory, localSize: localSize(p.vms, hosts),
			cpu: processors,
		}
		if i == 0 {
			h.name, h.address = o.Hostname, o.Address
		}
		for n := range 2 {
			h.nics = append(h.nics, nicPlan{device: "eth" + strconv.Itoa(n), mac: s.mac("b4:96:91"), speed: 10000, network: nicNetwork(n)})
		}
		p.hosts = append(p.hosts, h)
	}
	for n := range 2 {
		p.networks = append(p.networks, networkPlan{name: nicNetwork(n), bridge: "xenbr" + strconv.Itoa(n), device: "eth" + strconv.Itoa(n)})
	}
	if hosts > 1 {
		p.defaultSR = sharedSR
		p.srs = append(p.srs, srPlan{name: sharedSR, kind: "nfs", content: "user", shared: true, size: max(20*tib, 2*diskTotal(p.vms))})
	}
	return p
}

func nicNetwork(n int) string { return "Pool-wide network associated with eth" + strconv.Itoa(n) }

func diskTotal(vms []vmPlan) (sum int64) {
	for i := range vms {
		for _, d := range vms[i].disks {
			sum += d.size
		}
	}
	return sum
}

// localSize is a size of local SRs with which all disks that are not shared,
// and the images of suspended machines, have room.
func localSize(vms []vmPlan, hosts int) int64 {
	var sum int64
	for i := range vms {
		sum += 2 * vms[i].memory
		for _, d := range vms[i].disks {
			if d.sr == "" {
				sum += d.size
			}
		}
	}
	return max(minLocal, (sum*3/int64(hosts)/tib+1)*tib)
}

// fitting is a size of hosts with which the running machines, and as much
// again, have room; but one that exists.
func fitting(vms []vmPlan, hosts int) int64 {
	var sum int64
	for i := range vms {
		if vms[i].power == model.VMPowerStateRunning {
			sum += vms[i].memory + 64*mib
		}
	}
	each := sum * 2 / int64(hosts)
	return min(max(minMemory, (each/(64*gib)+1)*64*gib), maxMemory)
}

// makeUp is one made-up machine: seven in ten run, one in twenty is suspended.
func makeUp(s *source, i int, shared bool) vmPlan {
	k := kinds[s.IntN(len(kinds))]
	v := vmPlan{
		name: fmt.Sprintf("%s-%04d", k.name, i+1), host: -1, guest: k.guest, template: k.template,
		memory: pick(s, k.memory) * gib, vcpus: pick(s, k.vcpus), power: model.VMPowerStateHalted,
	}
	switch chance := s.IntN(20); {
	case chance < 14:
		v.power = model.VMPowerStateRunning
	case chance == 14:
		v.power = model.VMPowerStateSuspended
	}
	sr := ""
	if shared && s.IntN(4) > 0 {
		sr = sharedSR
	}
	for d := range 1 + s.IntN(2)*s.IntN(3) {
		size := k.disks[min(d, 1)] * gib
		v.disks = append(v.disks, diskPlan{name: fmt.Sprintf("%s disk %d", v.name, d), size: size, sr: sr, used: size / 10 * int64(1+s.IntN(7))})
	}
	for n := range 1 + s.IntN(8)/7 {
		v.nics = append(v.nics, vifPlan{network: nicNetwork(n)})
	}
	return v
}
