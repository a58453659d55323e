package inventory

import "slices"

func (r *reader) readSRs(d *document) error {
	for _, s := range d.SRs {
		if err := named("SR", s.Name, r.srs); err != nil {
			return err
		}
		shared, err := s.Shared.flag()
		if err != nil {
			return err
		}
		p := srPlan{name: s.Name.value, kind: s.Type.or("nfs"), content: s.Content.or("user"), shared: shared}
		if !slices.ContainsFunc(driverTable, func(x driver) bool { return x.kind == p.kind }) {
			return at(s.Type, "there is no driver for SRs of type %q", p.kind)
		}
		if p.size, err = s.Size.size(minLocal); err != nil {
			return err
		}
		if s.Host.set() {
			i, ok := r.hosts[s.Host.value]
			switch {
			case !ok:
				return at(s.Host, "there is no host %q", s.Host.value)
			case shared:
				return at(s.Host, "SR %q is shared: it has no host", p.name)
			}
			p.host = i
		}
		r.srs[p.name] = true
		r.plan.srs = append(r.plan.srs, p)
	}
	return nil
}

func (r *reader) readVMs(d *document) error {
	seen := map[string]bool{}
	for _, v := range d.VMs {
		if err := named("VM", v.Name, seen); err != nil {
			return err
		}
		seen[v.Name.value] = true
		p, err := r.readVM(v)
		if err != nil {
			return err
		}
		r.plan.vms = append(r.plan.vms, p)
	}
	return nil
}

var guestNames = []string{"linux", "windows", "stubborn", "none"}

func (r *reader) readVM(v vmDoc) (vmPlan, error) {
	p := vmPlan{name: v.Name.value, description: v.Description.or(""), host: -1, guest: v.Guest.or("linux"), template: v.Template.or("Other install media")}
	var err error
	if p.memory, err = v.Memory.size(gib); err != nil {
		return p, err
	}
	if p.vcpus, err = v.VCPUs.number(1, 1); err != nil {
		return p, err
	}
	if v.Host.set() {
		i, ok := r.hosts[v.Host.value]
		if !ok {
			return p, at(v.Host, "there is no host %q", v.Host.value)
		}
		p.host = i
	}
	var ok bool
	if p.power, ok = powerStates[v.Power.or("halted")]; !ok {
		return p, at(v.Power, "%q is none of running, halted, suspended and paused", v.Power.value)
	}
	if !slices.Contains(guestNames, p.guest) {
		return p, at(v.Guest, "%q is none of linux, windows, stubborn and none", p.guest)
	}
	if !slices.ContainsFunc(builtins, func(b builtin) bool { return b.name == p.template }) {
		return p, at(v.Template, "there is no template %q", p.template)
	}
	for _, t := range v.Tags {
		p.tags = append(p.tags, t.value)
	}
	if len(v.OtherConfig) > 0 {
		p.otherConfig = map[string]string{}
		for k, t := range v.OtherConfig {
			p.otherConfig[k] = t.value
		}
	}
	if p.disks, err = r.readDisks(v); err != nil {
		return p, err
	}
	p.nics, err = r.readInterfaces(v)
	return p, err
}

func (r *reader) readDisks(v vmDoc) ([]diskPlan, error) {
	var list []diskPlan
	for i, d := range v.Disks {
		size, err := d.Size.size(10 * gib)
		if err != nil {
			return nil, err
		}
		if d.SR.set() && !r.srs[d.SR.value] {
			return nil, at(d.SR, "there is no SR %q among srs", d.SR.value)
		}
		name := v.Name.value
		if i > 0 {
			name += " data"
		}
		list = append(list, diskPlan{name: d.Name.or(name), size: size, sr: d.SR.or("")})
	}
	return list, nil
}

// readInterfaces: an interface without a network is on that of the first NIC.
func (r *reader) readInterfaces(v vmDoc) ([]vifPlan, error) {
	var list []vifPlan
	for _, i := range v.Interfaces {
		network := i.Network.or(r.plan.hosts[0].nics[0].network)
		if !r.networks[network] {
			return nil, at(i.Network, "there is no network %q", network)
		}
		mac, err := r.mac(i.MAC, "")
		if err != nil {
			return nil, err
		}
		list = append(list, vifPlan{network: network, mac: mac})
	}
	return list, nil
}
