package pool_test

import (
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi"
	"github.com/xapid/xapid/xapi/pool"
	"github.com/xapid/xapid/xapi/xapitest"
)

// obstacle keeps a host from joining. It is put up at the joiner, the master,
// or both.
type obstacle struct {
	code           string
	params         []string // nil: not looked at
	joiner, master func(tx *store.Tx)
}

func editHost(change func(h *model.Host)) func(*store.Tx) {
	return func(tx *store.Tx) {
		for ref := range store.All[model.Host](tx) {
			h, _ := store.Edit(tx, ref)
			change(h)
		}
	}
}

func editPool(change func(p *model.Pool)) func(*store.Tx) {
	return func(tx *store.Tx) {
		ref, _ := pool.The(tx)
		p, _ := store.Edit(tx, ref)
		change(p)
	}
}

func editManagement(change func(p *model.PIF)) func(*store.Tx) {
	return func(tx *store.Tx) {
		for ref, p := range store.All[model.PIF](tx) {
			if p.Management {
				e, _ := store.Edit(tx, ref)
				change(e)
			}
		}
	}
}

func insert[T any](obj *T) func(*store.Tx) { return func(tx *store.Tx) { store.Insert(tx, obj) } }

func software(key, value string) func(*store.Tx) {
	return editHost(func(h *model.Host) { h.SoftwareVersion[key] = value })
}

func processors(key, value string) func(*store.Tx) {
	return editHost(func(h *model.Host) { h.CPUInfo[key] = value })
}

// aVM makes or changes a VM that is none of the system's.
func aVM(change func(v *model.VM)) func(*store.Tx) {
	return func(tx *store.Tx) {
		v := store.Default[model.VM]()
		change(v)
		store.Insert(tx, v)
	}
}

// obstacles of today, in the order in which they are met.
var obstacles = []obstacle{
	{code: "LICENCE_RESTRICTION", params: []string{}, joiner: editPool(func(p *model.Pool) { p.Restrictions["restrict_pooling"] = "true" })},
	{code: "HOST_STILL_BOOTING", joiner: editManagement(func(p *model.PIF) { p.Management = false })},
	{code: "HA_IS_ENABLED", joiner: editPool(func(p *model.Pool) { p.HAEnabled = true })},
	{code: "CLUSTERING_ENABLED", joiner: insert(&model.ClusterHost{Enabled: true})},
	{code: "HA_IS_ENABLED", master: editPool(func(p *model.Pool) { p.HAEnabled = true })},
	{code: "JOINING_HOST_CANNOT_BE_MASTER_OF_OTHER_HOSTS", joiner: insert(&model.Host{NameLabel: "another", SoftwareVersion: map[string]string{}})},
	{code: "JOINING_HOST_CANNOT_HAVE_RUNNING_VMS", joiner: aVM(func(v *model.VM) { v.PowerState = model.VMPowerStateRunning })},
	{code: "JOINING_HOST_CANNOT_HAVE_VMS_WITH_CURRENT_OPERATIONS", joiner: aVM(func(v *model.VM) { v.CurrentOperations = map[string]model.VMOperations{"t": "start"} })},
	{code: "HOST_PENDING_MANDATORY_GUIDANCE_NOT_EMPTY", joiner: editHost(func(h *model.Host) { h.PendingGuidances = []model.UpdateGuidances{model.UpdateGuidancesRebootHost} })},
	{code: "HOSTS_NOT_COMPATIBLE", joiner: software("platform_version", "0.0.1")},
	{code: "HOSTS_NOT_HOMOGENEOUS", params: []string{"Software version differs"}, joiner: software("git_id", "different")},
	{code: "HOSTS_NOT_HOMOGENEOUS", params: []string{"CPUs differ"}, joiner: processors("vendor", "AuthenticAMD")},
	{code: "JOINING_HOST_CANNOT_CONTAIN_SHARED_SRS", joiner: insert(&model.SR{Shared: true})},
	{code: "POOL_JOINING_HOST_HAS_BONDS", joiner: insert(&model.Bond{})},
	{code: "POOL_JOINING_HOST_HAS_TUNNELS", joiner: insert(&model.Tunnel{})},
	{code: "POOL_JOINING_HOST_HAS_NETWORK_SRIOVS", joiner: insert(&model.NetworkSriov{})},
	{code: "POOL_JOINING_HOST_HAS_NON_MANAGEMENT_VLANS", joiner: insert(&model.VLAN{Tag: 7})},
	{code: "POOL_JOINING_HOST_MANAGEMENT_VLAN_DOES_NOT_MATCH", params: []string{"7", "-1"}, joiner: editManagement(func(p *model.PIF) { p.VLAN = 7 })},
	{code: "POOL_JOINING_EXTERNAL_AUTH_MISMATCH", joiner: editHost(func(h *model.Host) { h.ExternalAuthType = "AD" })},
	{code: "LICENSE_HOST_POOL_MISMATCH", params: []string{"nonsense"}, joiner: editHost(func(h *model.Host) { h.Edition = "nonsense" })},
	{code: "OPERATION_NOT_ALLOWED", params: []string{"Network backends differ"}, joiner: software("network_backend", "bridge")},
	{code: "OPERATION_NOT_ALLOWED", params: []string{"SDN controller differs"}, joiner: insert(&model.SDNController{})},
	{code: "POOL_JOINING_HOST_MUST_HAVE_SAME_API_VERSION", joiner: editHost(func(h *model.Host) { h.APIVersionMinor++ })},
	{code: "POOL_JOINING_HOST_MUST_HAVE_SAME_DB_SCHEMA", joiner: software("db_schema", "1.0")},
	{code: "OPERATION_NOT_ALLOWED", params: []string{"Primary address type differs"}, joiner: editManagement(func(p *model.PIF) { p.PrimaryAddressType = "IPv6" })},
	{code: "OPERATION_NOT_ALLOWED", params: []string{"Incompatible network purposes: nbd and insecure_nbd"},
		joiner: insert(&model.Network{Purpose: []model.NetworkPurpose{model.NetworkPurposeNBD}}), master: insert(&model.Network{Purpose: []model.NetworkPurpose{model.NetworkPurposeInsecureNBD}})},
	{code: "POOL_JOINING_HOST_TLS_VERIFICATION_MISMATCH", joiner: editPool(func(p *model.Pool) { p.TLSVerificationEnabled = false })},
	{code: "POOL_JOINING_HOST_CA_CERTIFICATES_CONFLICT", params: []string{"x.pem"},
		joiner: insert(&model.Certificate{Type: model.CertificateTypeCA, Name: "x.pem", Fingerprint: "a"}), master: insert(&model.Certificate{Type: model.CertificateTypeCA, Name: "x.pem", Fingerprint: "b"})},
	{code: "NOT_SUPPORTED_DURING_UPGRADE", joiner: editPool(func(p *model.Pool) {
		p.CurrentOperations = map[string]model.PoolAllowedOperations{"t": model.PoolAllowedOperationsApplyUpdates}
	})},
	{code: "POOL_JOINING_SM_FEATURES_INCOMPATIBLE", joiner: func(tx *store.Tx) {
		for ref := range store.All[model.SM](tx) {
			_ = store.Delete(tx, ref)
			break
		}
	}},
}

// obstaclesBoston are those of XenServer 6.0.
var obstaclesBoston = []obstacle{
	{code: "LICENCE_RESTRICTION", joiner: editPool(func(p *model.Pool) { p.Restrictions["restrict_pooling"] = "true" })},
	{code: "HOST_STILL_BOOTING", joiner: editManagement(func(p *model.PIF) { p.Management = false })},
	{code: "HA_IS_ENABLED", joiner: editPool(func(p *model.Pool) { p.HAEnabled = true })},
	{code: "HA_IS_ENABLED", master: editPool(func(p *model.Pool) { p.HAEnabled = true })},
	{code: "JOINING_HOST_CANNOT_BE_MASTER_OF_OTHER_HOSTS", joiner: insert(&model.Host{NameLabel: "another", SoftwareVersion: map[string]string{}})},
	{code: "JOINING_HOST_CANNOT_HAVE_RUNNING_VMS", joiner: aVM(func(v *model.VM) { v.PowerState = model.VMPowerStateRunning })},
	{code: "JOINING_HOST_CANNOT_HAVE_VMS_WITH_CURRENT_OPERATIONS", joiner: aVM(func(v *model.VM) { v.CurrentOperations = map[string]model.VMOperations{"t": "start"} })},
	{code: "POOL_JOINING_HOST_MUST_HAVE_SAME_PRODUCT_VERSION", joiner: software("product_version", "0.1")},
	{code: "HOSTS_NOT_HOMOGENEOUS", params: []string{"software version differs"}, joiner: software("build_number", "different")},
	{code: "HOSTS_NOT_HOMOGENEOUS", params: []string{"CPUs differ"}, joiner: processors("features", "00000001-00000000-00000000-00000000")},
	{code: "HOSTS_NOT_HOMOGENEOUS", params: []string{"CPUs differ"}, joiner: processors("vendor", "AuthenticAMD"),
		master: editPool(func(p *model.Pool) { p.OtherConfig["cpuid_feature_mask"] = "00000000-00000000-00000000-00000000" })},
	{code: "INVALID_FEATURE_STRING", joiner: processors("vendor", "GenuineIntel"),
		master: editPool(func(p *model.Pool) { p.OtherConfig["cpuid_feature_mask"] = "all" })},
	{code: "JOINING_HOST_CANNOT_CONTAIN_SHARED_SRS", joiner: insert(&model.SR{Shared: true})},
	{code: "POOL_JOINING_HOST_MUST_HAVE_PHYSICAL_MANAGEMENT_NIC", joiner: editManagement(func(p *model.PIF) { p.Physical = false })},
	{code: "POOL_JOINING_EXTERNAL_AUTH_MISMATCH", joiner: editHost(func(h *model.Host) { h.ExternalAuthType = "AD" })},
	{code: "LICENCE_RESTRICTION", joiner: editHost(func(h *model.Host) { h.Edition = "platinum" })},
	{code: "OPERATION_NOT_ALLOWED", params: []string{"vswitch controller address differs"}, joiner: editPool(func(p *model.Pool) { p.VswitchController = "10.0.0.9" })},
	{code: "OPERATION_NOT_ALLOWED", params: []string{"Network backends differ"}, joiner: software("network_backend", "bridge")},
}

// TestChecks puts up the obstacles from the last to the first: with each one
// more, it is the one that is met.
func TestChecks(t *testing.T) {
	for _, tt := range []struct {
		release string
		list    []obstacle
	}{{"", obstacles}, {"boston", obstaclesBoston}} {
		t.Run("release "+tt.release, func(t *testing.T) {
			list := xapitest.Members(t, 2, func(_ int, c *xapi.Config) { c.Release = tt.release })
			joiner := list[1].Login(t)
			for i := len(tt.list) - 1; i >= 0; i-- {
				o := tt.list[i]
				for n, put := range []func(*store.Tx){o.master, o.joiner} {
					if put == nil {
						continue
					}
					if err := list[n].DB().Update(t.Context(), func(tx *store.Tx) error { put(tx); return nil }); err != nil {
						t.Fatal(err)
					}
				}
				_, err := joiner.Try("pool.join", list[0].Address(), "root", xapitest.Password)
				xapitest.CheckError(t, err, o.code, o.params)
				if t.Failed() {
					t.Fatalf("at obstacle %d", i)
				}
			}
			for _, c := range []*xapitest.Pool{list[0], list[1]} {
				if n := len(c.DB().Members()); n != 1 {
					t.Errorf("%s has %d members", c.Address(), n)
				}
			}
		})
	}
}

// TestNoWayToJoin: what comes before the checks.
func TestNoWayToJoin(t *testing.T) {
	list := xapitest.Members(t, 3)
	join(t, list[:2])
	c := list[2].Login(t)
	c.Fail(t, "SESSION_AUTHENTICATION_FAILED", nil, "pool.join", list[0].Address(), "root", "wrong")
	c.Fail(t, "HOST_IS_SLAVE", []string{list[0].Address()}, "pool.join", list[1].Address(), "root", xapitest.Password)
	c.Fail(t, "JOINING_HOST_CONNECTION_FAILED", nil, "pool.join", "127.0.0.99", "root", xapitest.Password)
	c.Fail(t, "OPERATION_NOT_ALLOWED", []string{"Host cannot become slave of itself"}, "pool.join", list[2].Address(), "root", xapitest.Password)
	m := list[0].Login(t)
	m.Fail(t, "OPERATION_NOT_ALLOWED", []string{"Host is already part of a pool"}, "pool.join", list[0].Address(), "root", xapitest.Password)
}
