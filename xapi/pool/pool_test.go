package pool_test

import (
	"errors"
	"testing"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi"
	"github.com/xapid/xapid/xapi/xapitest"
)

// inService waits until a host is enabled in the master's database.
func inService(t testing.TB, master, host *xapitest.Pool) {
	t.Helper()
	master.Until(t, "host "+host.Address()+" in service", func(r store.Reader) bool {
		ref, _ := store.ByUUID[model.Host](r, host.UUID())
		h, ok := store.Find(r, ref)
		if !ok || !h.Enabled {
			return false
		}
		m, ok := store.Find(r, h.Metrics)
		return ok && m.Live
	})
}

// join makes the others members of the first one's pool.
func join(t testing.TB, list []*xapitest.Pool) {
	t.Helper()
	for _, p := range list[1:] {
		p.Login(t).Call(t, "pool.join", list[0].Address(), "root", xapitest.Password)
		inService(t, list[0], p)
	}
}

// refers waits until a host sends those who log in to the master.
func refers(t testing.TB, p, master *xapitest.Pool) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		_, err := p.JSONRPC("2.0").Call("session.login_with_password", "root", "wrong")
		var api *model.Error
		if errors.As(err, &api) && api.Code == "HOST_IS_SLAVE" && api.Params[0] == master.Address() {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s instead of a reference to %s: %v", p.Address(), master.Address(), err)
		}
	}
}

// leads waits until a host answers as the master, and logs in there.
func leads(t testing.TB, p *xapitest.Pool) *xapitest.Client {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		_, err := p.JSONRPC("2.0").Call("session.login_with_password", "root", xapitest.Password)
		if err == nil {
			return p.Login(t)
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not serve as the master: %v", p.Address(), err)
		}
	}
}

func hostRef(t testing.TB, c *xapitest.Client, p *xapitest.Pool) string {
	t.Helper()
	return c.Text(t, "host.get_by_uuid", p.UUID())
}

func TestJoin(t *testing.T) {
	list := xapitest.Members(t, 3)
	join(t, list)
	c := list[0].Login(t)
	if n := len(c.Refs(t, "host.get_all")); n != 3 {
		t.Errorf("%d hosts", n)
	}
	for _, p := range list[1:] {
		refers(t, p, list[0])
	}
}

// TestJoinOld: the hosts of old releases join likewise, for all that they do
// not know.
func TestJoinOld(t *testing.T) {
	for _, release := range []string{"boston", "creedence", "ely", "stockholm", "nile"} {
		t.Run(release, func(t *testing.T) {
			list := xapitest.Members(t, 2, func(_ int, c *xapi.Config) { c.Release = release })
			join(t, list)
			refers(t, list[1], list[0])
		})
	}
}

// TestJoinOther: hosts of another release stay out, in the words of their own.
func TestJoinOther(t *testing.T) {
	for _, tt := range []struct{ joiner, master, code string }{
		{"boston", "tampa", "POOL_JOINING_HOST_MUST_HAVE_SAME_PRODUCT_VERSION"},
		{"stockholm", "nile", "HOSTS_NOT_COMPATIBLE"},
	} {
		list := xapitest.Members(t, 2, func(i int, c *xapi.Config) { c.Release = []string{tt.master, tt.joiner}[i] })
		list[1].Login(t).Fail(t, tt.code, []string{}, "pool.join", list[0].Address(), "root", xapitest.Password)
	}
}

func TestDesignateNewMaster(t *testing.T) {
	list := xapitest.Members(t, 3)
	join(t, list)
	c := list[0].Login(t)
	c.Call(t, "pool.set_name_label", c.Refs(t, "pool.get_all")[0], "before")
	c.Call(t, "pool.designate_new_master", hostRef(t, c, list[1]))
	c = leads(t, list[1])
	pool := c.Refs(t, "pool.get_all")[0]
	if got := c.Text(t, "pool.get_name_label", pool); got != "before" {
		t.Errorf("the pool is called %q", got)
	}
	if got := c.Text(t, "pool.get_master", pool); got != hostRef(t, c, list[1]) {
		t.Errorf("the database says that %s is the master", got)
	}
	told := 0
	for _, m := range store.All[model.Message](list[1].DB().View()) {
		if m.Name == "POOL_MASTER_TRANSITION" && m.ObjUUID == list[1].UUID() {
			told++
		}
	}
	if told != 1 {
		t.Errorf("it is told %d times that the pool has another master", told)
	}
	refers(t, list[0], list[1])
	refers(t, list[2], list[1])
	inService(t, list[1], list[0])
	inService(t, list[1], list[2])
	c.Call(t, "pool.designate_new_master", hostRef(t, c, list[0]))
	leads(t, list[0])
	inService(t, list[0], list[1])
	inService(t, list[0], list[2])
}

func TestEmergency(t *testing.T) {
	list := xapitest.Members(t, 3)
	join(t, list)
	if err := list[0].Close(); err != nil {
		t.Fatal(err)
	}
	local := xapitest.LoginLocally(t, list[1].JSONRPC("2.0"))
	local.Call(t, "pool.emergency_transition_to_master")
	c := leads(t, list[1])
	if got := c.Refs(t, "pool.recover_slaves"); len(got) != 1 || got[0] != hostRef(t, c, list[2]) {
		t.Errorf("recovered %v", got)
	}
	inService(t, list[1], list[2])
	refers(t, list[2], list[1])
	list[1].Until(t, "the old master dead", func(r store.Reader) bool {
		ref, _ := store.ByUUID[model.Host](r, list[0].UUID())
		h, _ := store.Find(r, ref)
		m, _ := store.Find(r, h.Metrics)
		return !m.Live
	})
}

func TestEject(t *testing.T) {
	list := xapitest.Members(t, 2)
	join(t, list)
	c := list[0].Login(t)
	host, master := hostRef(t, c, list[1]), hostRef(t, c, list[0])
	c.Fail(t, "INTERNAL_ERROR", []string{"Xapi_pool.Cannot_eject_master"}, "pool.eject", master)
	srs := len(c.Refs(t, "SR.get_all"))
	var disk, drive model.Ref[model.VBD]
	err := list[0].DB().Update(t.Context(), func(tx *store.Tx) error {
		h, err := store.Get(tx, model.Ref[model.Host](host))
		if err != nil {
			return err
		}
		pbd, err := store.Get(tx, h.PBDs[0])
		if err != nil {
			return err
		}
		vm := store.Insert(tx, store.Default[model.VM]())
		vdi := store.Insert(tx, &model.VDI{SR: pbd.SR, NameLabel: "lost"})
		disk = store.Insert(tx, &model.VBD{VM: vm, VDI: vdi, Userdevice: "0", Type: model.VBDTypeDisk})
		drive = store.Insert(tx, &model.VBD{VM: vm, VDI: vdi, Userdevice: "3", Type: model.VBDTypeCD})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Call(t, "pool.eject", host)
	c.Fail(t, "HANDLE_INVALID", []string{"VBD", string(disk)}, "VBD.get_record", string(disk))
	if v := c.Record(t, "VBD.get_record", string(drive)); v["empty"] != true || v["VDI"] != model.NullRef {
		t.Errorf("the drive has %v still", v["VDI"])
	}
	c.Fail(t, "HANDLE_INVALID", []string{"host", host}, "host.get_record", host)
	if n := len(c.Refs(t, "SR.get_all")); n >= srs {
		t.Errorf("%d SRs before, %d after", srs, n)
	}
	for _, class := range []string{"PBD", "PIF", "host_cpu"} {
		for _, ref := range c.Refs(t, class+".get_all") {
			if c.Text(t, class+".get_host", ref) != master {
				t.Errorf("%s %s is left", class, ref)
			}
		}
	}
	o := leads(t, list[1])
	if o.Text(t, "host.get_uuid", o.Refs(t, "host.get_all")[0]) != list[1].UUID() || len(o.Refs(t, "host.get_all")) != 1 {
		t.Error("the ejected host is not a pool of its own")
	}
	o.Fail(t, "POOL_JOINING_HOST_TLS_VERIFICATION_MISMATCH", nil, "pool.join", list[0].Address(), "root", xapitest.Password)
	o.Call(t, "pool.enable_tls_verification")
	join(t, list)
}

func TestDestroyAndDeclareDead(t *testing.T) {
	list := xapitest.Members(t, 2)
	join(t, list)
	c := list[0].Login(t)
	host, master := hostRef(t, c, list[1]), hostRef(t, c, list[0])
	for _, m := range []string{"host.destroy", "host.declare_dead"} {
		c.Fail(t, "HOST_IS_LIVE", []string{host}, m, host)
		c.Fail(t, "HOST_IS_LIVE", []string{master}, m, master)
	}
	vm := c.Text(t, "VM.clone", c.Refs(t, "VM.get_by_name_label", "Other install media")[0], "guest")
	c.Call(t, "VM.provision", vm)
	c.Call(t, "VM.start_on", vm, host, false, false)
	if err := list[1].Close(); err != nil {
		t.Fatal(err)
	}
	if got := c.Text(t, "VM.get_power_state", vm); got != "Running" {
		t.Errorf("on a host that is gone the VM is %s", got)
	}
	c.Fail(t, "CANNOT_CONTACT_HOST", []string{host}, "VM.pause", vm)
	c.Fail(t, "HOST_HAS_RESIDENT_VMS", []string{host}, "host.destroy", host)
	c.Call(t, "host.declare_dead", host)
	if got := c.Text(t, "VM.get_power_state", vm); got != "Halted" {
		t.Errorf("after the host was declared dead the VM is %s", got)
	}
	c.Call(t, "host.destroy", host)
	c.Fail(t, "HANDLE_INVALID", []string{"host", host}, "host.get_record", host)
}

func TestSecretsAndCertificates(t *testing.T) {
	list := xapitest.Members(t, 2)
	join(t, list)
	c := list[0].Login(t)
	host := hostRef(t, c, list[1])
	old := c.Text(t, "pool.initial_auth")
	c.Call(t, "pool.rotate_secret")
	if c.Text(t, "pool.initial_auth") == old {
		t.Error("the secret is the old one")
	}
	c.Call(t, "host.refresh_server_certificate", host)
	c.Call(t, "host.refresh_server_certificate", hostRef(t, c, list[0]))
	before := c.Text(t, "host.get_server_certificate", host)
	c.Call(t, "host.reset_server_certificate", host)
	if c.Text(t, "host.get_server_certificate", host) == before {
		t.Error("the certificate is the old one")
	}
	c.Fail(t, "SERVER_CERTIFICATE_KEY_INVALID", nil, "host.install_server_certificate", host, "nonsense", "nonsense", "")
	c.Fail(t, "CA_CERTIFICATE_INVALID", nil, "pool.install_ca_certificate", "ca.pem", "nonsense")
	c.Call(t, "pool.install_ca_certificate", "ca.pem", before)
	c.Fail(t, "CERTIFICATE_ALREADY_EXISTS", []string{"ca.pem"}, "pool.install_ca_certificate", "ca.pem", before)
	if got := c.Refs(t, "pool.certificate_list"); len(got) != 1 || got[0] != "ca.pem" {
		t.Errorf("installed %v", got)
	}
	c.Call(t, "pool.uninstall_ca_certificate", "ca.pem", false)
	c.Fail(t, "CERTIFICATE_DOES_NOT_EXIST", []string{"ca.pem"}, "pool.uninstall_ca_certificate", "ca.pem", false)
	// They still trust each other, with nothing of old.
	c.Call(t, "pool.designate_new_master", host)
	leads(t, list[1])
	inService(t, list[1], list[0])
}

// TestLayout: a host that joins gets the bonds and VLANs of the master.
func TestLayout(t *testing.T) {
	list := xapitest.Members(t, 2)
	err := list[0].DB().Update(t.Context(), func(tx *store.Tx) error {
		var nics []model.Ref[model.PIF]
		for ref, p := range store.All[model.PIF](tx) {
			if p.Physical && !p.Management {
				nics = append(nics, ref)
			}
		}
		first, _ := store.Find(tx, nics[0])
		n := store.Default[model.Network]()
		n.NameLabel, n.Bridge = "VLAN 7", "xapi7"
		network := store.Insert(tx, n)
		v := store.Default[model.PIF]()
		v.Device, v.Host, v.Network, v.VLAN = first.Device, first.Host, network, 7
		untagged := store.Insert(tx, v)
		vlan := store.Insert(tx, &model.VLAN{TaggedPIF: nics[0], UntaggedPIF: untagged, Tag: 7})
		e, err := store.Edit(tx, untagged)
		if err == nil {
			e.VLANMasterOf = vlan
		}
		b := store.Default[model.Network]()
		b.NameLabel, b.Bridge = "Bond", "xapi8"
		m := store.Default[model.PIF]()
		m.Device, m.Host, m.Network, m.VLAN = "bond0", first.Host, store.Insert(tx, b), -1
		bond := store.Insert(tx, &model.Bond{Master: store.Insert(tx, m), PrimarySlave: nics[0], Mode: "active-backup"})
		for _, ref := range nics {
			e, err := store.Edit(tx, ref)
			if err != nil {
				return err
			}
			e.BondSlaveOf = bond
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	join(t, list)
	c := list[0].Login(t)
	host := hostRef(t, c, list[1])
	bonds, vlans := 0, 0
	for _, ref := range c.Refs(t, "host.get_PIFs", host) {
		r := c.Record(t, "PIF.get_record", ref)
		if r["device"] == "bond0" {
			bonds++
			if list, _ := r["bond_master_of"].([]any); len(list) != 1 || c.Text(t, "Bond.get_mode", list[0]) != "active-backup" {
				t.Errorf("the bond %v", r)
			}
		}
		if v, _ := r["VLAN"].(interface{ String() string }); v != nil && v.String() == "7" {
			vlans++
		}
	}
	if bonds != 1 || vlans != 1 {
		t.Errorf("%d bonds, %d VLANs", bonds, vlans)
	}
}

// TestJoinTwice: a VM that the pool has already stays as it is there, with its
// own devices.
func TestJoinTwice(t *testing.T) {
	list := xapitest.Members(t, 2)
	c := list[0].Login(t)
	vm := c.Text(t, "VM.clone", c.Refs(t, "VM.get_by_name_label", "Other install media")[0], "one")
	id := c.Text(t, "VM.get_uuid", vm)
	err := list[1].DB().Update(t.Context(), func(tx *store.Tx) error {
		v := store.Default[model.VM]()
		v.UUID, v.NameLabel, v.PowerState = id, "another", model.VMPowerStateHalted
		v.Metrics = store.Insert(tx, store.Default[model.VMMetrics]())
		ref := store.Insert(tx, v)
		store.Insert(tx, &model.VBD{VM: ref, Userdevice: "7", Type: model.VBDTypeCD, Empty: true})
		for network := range store.All[model.Network](tx) {
			store.Insert(tx, &model.VIF{VM: ref, Device: "5", Network: network})
			break
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	vbds, vifs := len(c.Refs(t, "VM.get_VBDs", vm)), len(c.Refs(t, "VM.get_VIFs", vm))
	metrics := store.Len[model.VMMetrics](list[0].DB().View())
	join(t, list)
	if got := c.Text(t, "VM.get_name_label", vm); got != "one" {
		t.Errorf("the VM is called %q", got)
	}
	if a, b := len(c.Refs(t, "VM.get_VBDs", vm)), len(c.Refs(t, "VM.get_VIFs", vm)); a != vbds || b != vifs {
		t.Errorf("the VM has %d disks and %d interfaces, had %d and %d", a, b, vbds, vifs)
	}
	if got := store.Len[model.VMMetrics](list[0].DB().View()); got != metrics+1 { // of the other control domain
		t.Errorf("%d VM metrics, had %d", got, metrics)
	}
}
