package main

import (
	"strings"
	"testing"

	"github.com/xapid/xapid/xapi/xapitest"
)

// fails runs a command that must fail, and checks what it says.
func (s *shell) fails(want string, args ...string) {
	s.t.Helper()
	if out, errs, status := s.try(args...); status != 1 || !strings.Contains(errs, want) {
		s.t.Errorf("xe %v: status %d, want 1 and %q\n%s%s", args, status, want, out, errs)
	}
}

func (s *shell) get(class, uuid, param string) string {
	s.t.Helper()
	return s.line(class+"-param-get", "uuid="+uuid, "param-name="+param)
}

// wants checks parameters of an object.
func (s *shell) wants(class, uuid string, params map[string]string) {
	s.t.Helper()
	for name, want := range params {
		if got := s.get(class, uuid, name); got != want {
			s.t.Errorf("%s %s is %q, want %q", class, name, got, want)
		}
	}
}

func TestNetworkCommands(t *testing.T) {
	xe := newShell(t, xapitest.Start(t, xapitest.Inventory(1, 0)))
	host := xe.line("host-list", "--minimal")
	management := xe.line("pif-list", "management=true", "--minimal")
	nic := strings.Split(xe.line("pif-list", "management=false", "--minimal"), ",")[0]
	device, mac := xe.get("pif", nic, "device"), xe.get("pif", nic, "MAC")

	xe.must("pif-reconfigure-ip", "uuid="+nic, "mode=static", "IP=10.5.0.2", "netmask=255.255.0.0", "gateway=10.5.0.1", "DNS=10.5.0.53")
	xe.wants("pif", nic, map[string]string{"IP": "10.5.0.2", "IP-configuration-mode": "Static", "netmask": "255.255.0.0", "gateway": "10.5.0.1", "DNS": "10.5.0.53"})
	xe.fails("mode", "pif-reconfigure-ip", "uuid="+nic, "mode=sometimes")
	xe.fails("IP", "pif-reconfigure-ip", "uuid="+nic, "mode=static", "IP=x", "netmask=255.255.0.0")
	xe.must("pif-reconfigure-ipv6", "uuid="+nic, "mode=static", "IPv6=fd00::2/64")
	xe.must("pif-reconfigure-ipv6", "uuid="+nic, "mode=none")
	xe.must("host-management-reconfigure", "pif-uuid="+nic)
	xe.wants("pif", nic, map[string]string{"management": "true"})
	xe.must("pool-management-reconfigure", "network-uuid="+xe.get("pif", management, "network-uuid"))
	xe.wants("pif", management, map[string]string{"management": "true"})
	xe.must("pif-reconfigure-ip", "uuid="+nic, "mode=dhcp")
	xe.must("pif-reconfigure-ip", "uuid="+nic, "mode=none")
	xe.must("pif-set-primary-address-type", "uuid="+nic, "primary_address_type=ipv6")
	xe.must("pif-set-primary-address-type", "uuid="+nic, "primary_address_type=IPv4")

	xe.must("pif-unplug", "uuid="+nic)
	xe.wants("pif", nic, map[string]string{"currently-attached": "false"})
	xe.must("pif-forget", "uuid="+nic)
	nic = xe.line("pif-introduce", "host-uuid="+host, "device="+device, "mac="+mac)
	xe.must("pif-plug", "uuid="+nic)
	xe.must("pif-forget", "uuid="+nic)
	xe.must("pif-scan", "host-uuid="+host)
	nic = xe.line("pif-list", "device="+device, "--minimal")
	xe.must("network-attach", "uuid="+xe.get("pif", nic, "network-uuid"), "host-uuid="+host)
	xe.wants("pif", nic, map[string]string{"currently-attached": "true", "MAC": mac})

	network := func(name string) string { return xe.line("network-create", "name-label="+name, "MTU=9000") }
	tagged := network("tagged")
	pif := xe.line("vlan-create", "pif-uuid="+nic, "vlan=12", "network-uuid="+tagged)
	xe.wants("pif", pif, map[string]string{"VLAN": "12", "network-uuid": tagged})
	xe.fails("vlan", "vlan-create", "pif-uuid="+nic, "vlan=many", "network-uuid="+tagged)
	xe.must("vlan-destroy", "uuid="+pif) // by its PIF
	pif = xe.line("pool-vlan-create", "pif-uuid="+nic, "vlan=13", "network-uuid="+tagged)
	xe.must("vlan-destroy", "uuid="+xe.line("vlan-list", "tag=13", "--minimal"))
	xe.fails("", "vlan-destroy", "uuid="+pif)

	bond := xe.line("bond-create", "network-uuid="+network("bond"), "pif-uuids="+management+","+nic, "mode=lacp", "properties:lacp-time=fast")
	xe.wants("bond", bond, map[string]string{"mode": "lacp"})
	xe.wants("pif", xe.get("bond", bond, "master"), map[string]string{"management": "true", "device": "bond0"})
	xe.must("bond-set-mode", "uuid="+bond, "mode=active-backup")
	xe.must("bond-destroy", "uuid="+bond)
	xe.fails("mode", "bond-create", "network-uuid="+tagged, "pif-uuids="+nic, "mode=chaos")

	tunnel := xe.line("tunnel-create", "pif-uuid="+management, "network-uuid="+network("private"), "protocol=vxlan")
	xe.must("tunnel-destroy", "uuid="+xe.line("tunnel-list", "access-PIF="+tunnel, "--minimal"))
	xe.fails("SR-IOV", "network-sriov-create", "pif-uuid="+nic, "network-uuid="+tagged)

	site := xe.line("pvs-site-introduce", "name-label=site")
	server := xe.line("pvs-server-introduce", "addresses=10.0.0.5,10.0.0.6", "first-port=6910", "last-port=6930", "pvs-site-uuid="+site)
	xe.wants("pvs-server", server, map[string]string{"addresses": "10.0.0.5; 10.0.0.6"})
	cache := xe.line("pvs-cache-storage-create", "host="+host, "sr-uuid="+xe.line("sr-list", "name-label=Local storage", "--minimal"), "pvs-site-uuid="+site, "size=10GiB")
	xe.must("pvs-cache-storage-destroy", "uuid="+cache)
	xe.must("pvs-server-forget", "uuid="+server)
	xe.must("pvs-site-forget", "uuid="+site)
	xe.fails("unplug", "cluster-pool-create", "network-uuid="+xe.get("pif", management, "network-uuid"))

	sdn := xe.line("sdn-controller-introduce", "address=10.0.0.7")
	xe.wants("sdn-controller", sdn, map[string]string{"protocol": "ssl", "port": "6632"})
	xe.must("sdn-controller-forget", "uuid="+sdn)

	vm := xe.line("vm-install", "template=Other install media", "new-name-label=vm")
	vif := xe.line("vif-create", "vm-uuid="+vm, "network-uuid="+tagged, "device=0", "mac=random")
	xe.wants("vif", vif, map[string]string{"MTU": "9000"})
	xe.must("vif-move", "uuid="+vif, "network-uuid="+xe.get("pif", management, "network-uuid"))
	xe.must("vif-configure-ipv4", "uuid="+vif, "mode=static", "address=10.6.0.9/24", "gateway=10.6.0.1")
	xe.must("vif-configure-ipv6", "uuid="+vif, "mode=none")
	xe.must("vm-start", "vm=vm")
	xe.must("vif-unplug", "uuid="+vif)
	xe.must("vif-plug", "uuid="+vif)
	xe.must("vif-unplug", "uuid="+vif, "--force")
	xe.wants("vif", vif, map[string]string{"currently-attached": "false"})
	xe.must("vif-destroy", "uuid="+vif)
	xe.must("network-destroy", "uuid="+tagged)
}

func TestStorageCommands(t *testing.T) {
	xe := newShell(t, xapitest.Start(t, xapitest.Inventory(1, 0)))
	host := xe.line("host-list", "--minimal")
	local := xe.line("sr-list", "name-label=Local storage", "--minimal")

	place := []string{"type=nfs", "device-config:server=filer", "device-config:serverpath=/vms"}
	xe.fails("nfs-exports", "sr-probe", "type=nfs", "device-config:server=filer")
	sr := xe.line(append([]string{"sr-create", "name-label=shared", "content-type=user", "shared=true"}, place...)...)
	disk := xe.line("vdi-create", "sr-uuid="+sr, "name-label=disk", "virtual-size=10GiB")
	xe.must("pbd-unplug", "uuid="+xe.line("pbd-list", "sr-uuid="+sr, "--minimal"))
	xe.must("sr-forget", "uuid="+sr)
	if out := xe.must(append([]string{"sr-probe"}, place...)...); !strings.Contains(out, sr) {
		t.Errorf("the probe finds %s", out)
	}
	xe.line("sr-introduce", "uuid="+sr, "name-label=back", "type=nfs", "shared=true", "content-type=user")
	pbd := xe.line("pbd-create", "host-uuid="+host, "sr-uuid="+sr, "device-config:server=filer", "device-config:serverpath=/vms")
	xe.must("pbd-plug", "uuid="+pbd)
	xe.wants("vdi", disk, map[string]string{"sr-uuid": sr, "virtual-size": "10737418240"})
	xe.fails("cannot do this", "sr-probe-ext", "type=nfs")

	xe.must("vdi-resize", "uuid="+disk, "disk-size=12GiB")
	xe.wants("vdi", disk, map[string]string{"virtual-size": "12884901888"})
	clone := xe.line("vdi-clone", "uuid="+disk, "new-name-label=clone", "new-name-description=of disk")
	xe.wants("vdi", clone, map[string]string{"name-label": "clone", "name-description": "of disk"})
	copied := xe.line("vdi-copy", "uuid="+disk, "sr-uuid="+local)
	xe.wants("vdi", copied, map[string]string{"sr-uuid": local})
	xe.must("vdi-copy", "uuid="+disk, "into-vdi-uuid="+copied)
	xe.fails("sr-uuid", "vdi-copy", "uuid="+disk)
	xe.must("vdi-enable-cbt", "uuid="+disk)
	first, second := xe.line("vdi-snapshot", "uuid="+disk), xe.line("vdi-snapshot", "uuid="+disk)
	if bits := xe.line("vdi-list-changed-blocks", "vdi-from-uuid="+first, "vdi-to-uuid="+second); !strings.HasPrefix(bits, "AAAA") {
		t.Errorf("changed blocks %.40s", bits)
	}
	xe.must("vdi-data-destroy", "uuid="+first)
	xe.wants("vdi", first, map[string]string{"type": "CBT metadata"})
	xe.must("vdi-disable-cbt", "uuid="+disk)
	xe.fails("--force", "vdi-unlock", "uuid="+disk)
	xe.fails("lose this message", "vdi-unlock", "uuid="+disk, "--force")
	xe.must("vdi-update", "uuid="+disk)
	xe.must("vdi-generate-config", "uuid="+disk, "host-uuid="+host)
	xe.must("vdi-forget", "uuid="+copied)
	xe.must("sr-scan", "uuid="+local)
	xe.wants("vdi", copied, map[string]string{"sr-uuid": local})

	vm := xe.line("vm-install", "template=Other install media", "new-name-label=vm")
	vbd := xe.line("vbd-create", "vm-uuid="+vm, "vdi-uuid="+disk, "device=0")
	cd := xe.line("vbd-create", "vm-uuid="+vm, "device=3", "type=CD", "mode=RO")
	xe.must("vm-start", "vm=vm")
	tools := strings.Split(xe.line("vdi-list", "name-label=guest-tools.iso", "--minimal"), ",")[0]
	xe.must("vbd-insert", "uuid="+cd, "vdi-uuid="+tools)
	xe.wants("vbd", cd, map[string]string{"vdi-uuid": tools, "empty": "false"})
	xe.must("vbd-eject", "uuid="+cd)
	if out := xe.must("diagnostic-vdi-status", "uuid="+disk); !strings.Contains(out, "active VBDs:") || !strings.Contains(out, vbd) {
		t.Errorf("the disk's status: %s", out)
	}
	moved := xe.line("vdi-pool-migrate", "uuid="+disk, "sr-uuid="+local)
	xe.wants("vbd", vbd, map[string]string{"vdi-uuid": moved, "currently-attached": "true"})
	xe.fails("", "vbd-pause", "uuid="+vbd)
	xe.must("vbd-unplug", "uuid="+vbd, "timeout=10")
	xe.wants("vbd", vbd, map[string]string{"currently-attached": "false"})
	xe.must("vbd-destroy", "uuid="+vbd)

	xe.must("host-enable-local-storage-caching", "host="+host, "sr-uuid="+local)
	xe.wants("host", host, map[string]string{"local-cache-sr": local})
	pool := xe.line("pool-list", "--minimal")
	xe.must("pool-disable-local-storage-caching", "uuid="+pool)
	xe.must("pool-enable-local-storage-caching", "uuid="+pool)
	xe.must("host-disable-local-storage-caching", "host="+host)
	if out := xe.must("host-get-sm-diagnostics", "uuid="+host); !strings.Contains(out, local) {
		t.Errorf("diagnostics: %s", out)
	}
	if out := xe.must("sr-data-source-list", "sr="+local); !strings.Contains(out, "physical_utilisation") {
		t.Errorf("data sources: %s", out)
	}
	if out := xe.line("sr-data-source-query", "sr="+local, "data-source=size"); out != xe.get("sr", local, "physical-size")+".000000" {
		t.Errorf("the size is measured as %s", out)
	}
	xe.must("sr-data-source-forget", "sr="+local, "data-source=size")
	xe.must("sr-data-source-record", "sr="+local, "data-source=size")

	lun := xe.line("sr-create", "name-label=lun", "type=lvmohba", "content-type=user", "shared=true", "device-config:SCSIid=36001")
	xe.must("sr-enable-database-replication", "uuid="+lun)
	if n := xe.line("vdi-list", "sr-uuid="+lun, "--minimal"); n == "" {
		t.Error("there is no copy of the database")
	}
	xe.must("sr-disable-database-replication", "uuid="+lun)
}
