package inventory

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// document is the file as it is written.
type document struct {
	Pool      text         `yaml:"pool"`
	DefaultSR text         `yaml:"default_sr"`
	Licence   licenceDoc   `yaml:"licence"` // of hosts that have none of their own
	Networks  []networkDoc `yaml:"networks"`
	Hosts     []hostDoc    `yaml:"hosts"`
	SRs       []srDoc      `yaml:"srs"`
	VMs       []vmDoc      `yaml:"vms"`
}

type networkDoc struct {
	Name   text `yaml:"name"`
	Bridge text `yaml:"bridge"`
}

type hostDoc struct {
	Name         text       `yaml:"name"`
	Address      text       `yaml:"address"`
	CPUs         cpuDoc     `yaml:"cpus"`
	Memory       text       `yaml:"memory"`
	LocalStorage text       `yaml:"local_storage"`
	NICs         []nicDoc   `yaml:"nics"`
	Licence      licenceDoc `yaml:"licence"`
	Build        text       `yaml:"build"`
	Updates      []text     `yaml:"updates"`
}

type licenceDoc struct {
	Edition text `yaml:"edition"`
	Expires text `yaml:"expires"`
}

type nicDoc struct {
	Device  text `yaml:"device"`
	MAC     text `yaml:"mac"`
	Speed   text `yaml:"speed"` // Mbit/s
	Network text `yaml:"network"`
}

type srDoc struct {
	Name    text `yaml:"name"`
	Type    text `yaml:"type"`
	Content text `yaml:"content"`
	Size    text `yaml:"size"`
	Shared  text `yaml:"shared"`
	Host    text `yaml:"host"`
}

type vmDoc struct {
	Name        text            `yaml:"name"`
	Description text            `yaml:"description"`
	Host        text            `yaml:"host"`
	Memory      text            `yaml:"memory"`
	VCPUs       text            `yaml:"vcpus"`
	Power       text            `yaml:"power"`
	Guest       text            `yaml:"guest"`
	Template    text            `yaml:"template"`
	Disks       []diskDoc       `yaml:"disks"`
	Interfaces  []interfaceDoc  `yaml:"interfaces"`
	Tags        []text          `yaml:"tags"`
	OtherConfig map[string]text `yaml:"other_config"`
}

type diskDoc struct {
	Name text `yaml:"name"`
	Size text `yaml:"size"`
	SR   text `yaml:"sr"`
}

type interfaceDoc struct {
	Network text `yaml:"network"`
	MAC     text `yaml:"mac"`
}

// reader checks a document and makes the plan; it stops at the first mistake.
type reader struct {
	plan     plan
	source   *source
	networks map[string]bool
	hosts    map[string]int
	srs      map[string]bool
	macs     map[string]bool
}

func (d *document) plan() (plan, error) {
	r := &reader{source: newSource("addresses"), networks: map[string]bool{}, hosts: map[string]int{}, srs: map[string]bool{}, macs: map[string]bool{}}
	r.plan.pool = d.Pool.or("")
	for _, step := range []func(*document) error{r.readNetworks, r.readHosts, r.readSRs, r.readVMs} {
		if err := step(d); err != nil {
			return plan{}, err
		}
	}
	if d.DefaultSR.set() {
		if !r.srs[d.DefaultSR.value] {
			return plan{}, at(d.DefaultSR, "there is no SR %q among srs", d.DefaultSR.value)
		}
		r.plan.defaultSR = d.DefaultSR.value
	}
	return r.plan, nil
}

// named checks that a thing has a name which no other of its kind has.
func named[V any](what string, name text, seen map[string]V) error {
	if !name.set() || name.value == "" {
		return &lineError{max(name.line, 1), fmt.Sprintf("a %s has no name", what)}
	}
	if _, ok := seen[name.value]; ok {
		return at(name, "there are two %ss of the name %q", what, name.value)
	}
	return nil
}

func (r *reader) readNetworks(d *document) error {
	for _, n := range d.Networks {
		if err := named("network", n.Name, r.networks); err != nil {
			return err
		}
		r.networks[n.Name.value] = true
		r.plan.networks = append(r.plan.networks, networkPlan{name: n.Name.value, bridge: n.Bridge.or("")})
	}
	return nil
}

func (r *reader) readHosts(d *document) error {
	if len(d.Hosts) == 0 {
		return &lineError{1, "there are no hosts: describe at least one under hosts"}
	}
	for i, h := range d.Hosts {
		if err := named("host", h.Name, r.hosts); err != nil {
			return err
		}
		r.hosts[h.Name.value] = i
		p := hostPlan{name: h.Name.value, address: h.Address.or(fmt.Sprintf("10.1.0.%d", i+10))}
		if _, err := netip.ParseAddr(p.address); err != nil {
			return at(h.Address, "%q is no IP address", p.address)
		}
		var err error
		if p.cpu, err = h.CPUs.processors(); err != nil {
			return err
		}
		if p.memory, err = h.Memory.size(minMemory); err != nil {
			return err
		}
		if p.memory < 4*gib {
			return at(h.Memory, "a host needs at least 4GiB")
		}
		if p.localSize, err = h.LocalStorage.size(minLocal); err != nil {
			return err
		}
		l := d.Licence
		if h.Licence.Edition.set() || h.Licence.Expires.set() {
			l = h.Licence
		}
		if p.licence, err = l.plan(); err != nil {
			return err
		}
		if err := r.readNICs(h, &p); err != nil {
			return err
		}
		p.build = h.Build.or("")
		for _, u := range h.Updates {
			if u.value == "" || slices.Contains(p.updates, u.value) {
				return at(u, "an update needs a name that no other has")
			}
			p.updates = append(p.updates, u.value)
		}
		r.plan.hosts = append(r.plan.hosts, p)
	}
	return nil
}

func (l licenceDoc) plan() (licencePlan, error) {
	p := licencePlan{edition: l.Edition.or("")}
	t := l.Expires.or("")
	if t == "" {
		return p, nil
	}
	if t == "expired" {
		p.days = -1
		return p, nil
	}
	var err error
	if days, ok := strings.CutSuffix(t, "d"); ok {
		if p.days, err = strconv.Atoi(days); err != nil || p.days < 1 {
			return p, at(l.Expires, "%q is no number of days: write 20d", t)
		}
		return p, nil
	}
	if p.expires, err = time.Parse(time.DateOnly, t); err != nil {
		return p, at(l.Expires, "%q is no date: write 2030-12-31, 20d or expired", t)
	}
	return p, nil
}

// readNICs: a host without any gets eth0, on the network of that NIC.
func (r *reader) readNICs(h hostDoc, p *hostPlan) error {
	nics := h.NICs
	if len(nics) == 0 {
		nics = []nicDoc{{}}
	}
	devices := map[string]bool{}
	for n, nic := range nics {
		device := nic.Device.or("eth" + strconv.Itoa(n))
		if devices[device] {
			return at(nic.Device, "host %s has two NICs of the name %q", p.name, device)
		}
		devices[device] = true
		speed, err := nic.Speed.number(10000, 1)
		if err != nil {
			return err
		}
		mac, err := r.mac(nic.MAC, r.source.mac("b4:96:91"))
		if err != nil {
			return err
		}
		network := nic.Network.or("Pool-wide network associated with " + device)
		if !r.networks[network] {
			if nic.Network.set() {
				return at(nic.Network, "there is no network %q", network)
			}
			r.networks[network] = true
			r.plan.networks = append(r.plan.networks, networkPlan{name: network, bridge: "xenbr" + strings.TrimPrefix(device, "eth"), device: device})
		}
		p.nics = append(p.nics, nicPlan{device: device, mac: mac, speed: speed, network: network})
	}
	return nil
}

// mac reads a MAC that nothing else in the file has.
func (r *reader) mac(t text, fallback string) (string, error) {
	if !t.set() {
		return fallback, nil
	}
	hw, err := net.ParseMAC(t.value)
	if err != nil || len(hw) != 6 {
		return "", at(t, "%q is no MAC address", t.value)
	}
	if r.macs[hw.String()] {
		return "", at(t, "MAC address %s is there twice", hw)
	}
	r.macs[hw.String()] = true
	return hw.String(), nil
}
