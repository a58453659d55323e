package pool

import (
	"slices"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/peer"
)

// check runs the checks of the release, in order; the first failure counts.
func (j *joining) check() error {
	for _, c := range checks {
		if !j.Release.Within(c.since, c.until) {
			continue
		}
		if err := c.run(j); err != nil {
			return err
		}
	}
	return nil
}

// checks are those of XenServer 6.0 and of today's xapi, and the releases that
// they came and went with: a check came with the field, class or message that
// it looks at. "dundee" stands for those of which nothing tells (see
// Release.Old), and so does it for what the joiner and the pool compare of
// their software and processors, which pool.cpu_info came with. Guesses, too,
// are inverness, whose free edition limits pools and which manages hosts over
// VLANs, and lima and 24.35.0.
var checks = []struct {
	since, until string
	run          func(*joining) error
}{
	{"inverness", "", (*joining).poolSize},
	{"", "", (*joining).managed},
	{"", "", (*joining).noHA},
	{"kolkata", "", (*joining).noCluster},
	{"kolkata", "", (*joining).theirCluster},
	{"", "", (*joining).noHAThere},
	{"", "", (*joining).notMyself},
	{"", "", (*joining).alone},
	{"", "", (*joining).nothingRuns},
	{"", "", (*joining).nothingGoesOn},
	{"1.303.0", "", (*joining).noGuidance},
	{"", "dundee", (*joining).sameProduct},
	{"", "dundee", (*joining).alikeBoston},
	{"dundee", "", (*joining).compatible},
	{"dundee", "", (*joining).alike},
	{"", "", (*joining).noSharedSRs},
	{"", "inverness", (*joining).physicalManagement},
	{"inverness", "", (*joining).noBonds},
	{"inverness", "", (*joining).noTunnels},
	{"kolkata", "", (*joining).noSriov},
	{"inverness", "", (*joining).managementVLANsOnly},
	{"inverness", "", (*joining).sameManagementVLAN},
	{"", "dundee", (*joining).sameAuthBoston},
	{"dundee", "", (*joining).sameAuth},
	{"", "dundee", (*joining).sameEditionBoston},
	{"dundee", "", (*joining).sameEdition},
	{"", "falcon", (*joining).sameSwitchBoston},
	{"falcon", "", (*joining).sameBackend},
	{"falcon", "", (*joining).sameController},
	{"lima", "", (*joining).sameAPI},
	{"lima", "", (*joining).sameSchema},
	{"ely", "", (*joining).sameUpdates},
	{"tampa", "", (*joining).sameAddressType},
	{"inverness", "", (*joining).samePurposes},
	{"1.290.0", "", (*joining).sameTLS},
	{"1.290.0", "", (*joining).noCAConflict},
	{"1.301.0", "", (*joining).noUpdateRuns},
	{"24.35.0", "", (*joining).sameDrivers},
}

func (j *joining) poolSize() error {
	if len(j.hosts) < 3 {
		return nil
	}
	return licence.Require(j.r, licence.PoolSize)
}

// management is this host's management interface.
func (j *joining) management() *model.PIF {
	for _, p := range store.All[model.PIF](j.r) {
		if p.Management && p.Host == j.self {
			return p
		}
	}
	return nil
}

func (j *joining) managed() error {
	if j.management() == nil {
		return model.ErrHostStillBooting()
	}
	return nil
}

func (j *joining) noHA() error {
	if j.pool.HAEnabled {
		return model.ErrHAIsEnabled()
	}
	return nil
}

func (j *joining) noHAThere() error {
	if j.theirs.HAEnabled {
		return model.ErrHAIsEnabled()
	}
	return nil
}

func (j *joining) noCluster() error {
	for ref, h := range store.All[model.ClusterHost](j.r) {
		if h.Enabled {
			return model.ErrClusteringEnabled(ref)
		}
	}
	return nil
}

func (j *joining) theirCluster() error {
	clusters, err := peer.Ask[map[string]theirCluster](j.remote, "Cluster.get_all_records")
	if err != nil || len(clusters) == 0 {
		return nil // hosts of old know no clusters
	}
	for _, c := range clusters {
		pif, err := peer.Ask[theirPIF](j.remote, "PIF.get_record", c.PIF)
		if err == nil && c.AutoJoin && pif.VLAN != -1 && !pif.Management {
			return model.ErrPoolJoiningPoolCannotEnableClusteringOnVLANNetwork(pif.VLAN)
		}
	}
	return nil
}

func (j *joining) notMyself() error {
	switch {
	case j.master.UUID != j.host.UUID:
		return nil
	case store.Len[model.Host](j.r) > 1:
		return model.ErrOperationNotAllowed("Host is already part of a pool")
	}
	return model.ErrOperationNotAllowed("Host cannot become slave of itself")
}

func (j *joining) alone() error {
	if store.Len[model.Host](j.r) > 1 {
		return model.ErrJoiningHostCannotBeMasterOfOtherHosts()
	}
	return nil
}

func (j *joining) nothingRuns() error {
	for _, v := range store.All[model.VM](j.r) {
		if v.PowerState == model.VMPowerStateRunning && !v.IsControlDomain {
			return model.ErrJoiningHostCannotHaveRunningVMs()
		}
	}
	return nil
}

func (j *joining) nothingGoesOn() error {
	for _, v := range store.All[model.VM](j.r) {
		if len(v.CurrentOperations) > 0 {
			return model.ErrJoiningHostCannotHaveVMsWithCurrentOperations()
		}
	}
	return nil
}

// mandatory are the guidances that come before anything else.
var mandatory = []string{"reboot_host", "reboot_host_on_livepatch_failure", "restart_toolstack"}

func (j *joining) noGuidance() error {
	for _, g := range j.host.PendingGuidances {
		if slices.Contains(mandatory, string(g)) {
			return model.ErrHostPendingMandatoryGuidanceNotEmpty(j.self)
		}
	}
	for _, g := range j.master.Guidances {
		if slices.Contains(mandatory, g) {
			return model.ErrHostPendingMandatoryGuidanceNotEmpty(j.theirs.Master)
		}
	}
	return nil
}

// brand is what a host calls itself in the eyes of others.
func brand(v map[string]string) string {
	if b := v["product_brand"]; b != "" {
		return b
	}
	return v["platform_name"]
}

func (j *joining) compatible() error {
	mine, theirs := j.host.SoftwareVersion, j.master.SoftwareVersion
	if mine["platform_version"] != theirs["platform_version"] || brand(mine) != brand(theirs) {
		return model.ErrHostsNotCompatible()
	}
	return nil
}

func differ(a, b map[string]string, keys ...string) bool {
	return slices.ContainsFunc(keys, func(k string) bool { return a[k] != b[k] })
}

func (j *joining) alike() error {
	if j.forced {
		return nil
	}
	mine, theirs := j.host.SoftwareVersion, j.master.SoftwareVersion
	if brand(mine) != brand(theirs) || differ(mine, theirs, "xapi", "git_id", "xs:linux") {
		return model.ErrHostsNotHomogeneous("Software version differs")
	}
	return j.sameProcessors()
}

func (j *joining) noSharedSRs() error {
	for _, sr := range store.All[model.SR](j.r) {
		if sr.Shared && !sr.IsToolsSR {
			return model.ErrJoiningHostCannotContainSharedSRs()
		}
	}
	return nil
}

func (j *joining) noBonds() error {
	if store.Len[model.Bond](j.r) > 0 {
		return model.ErrPoolJoiningHostHasBonds()
	}
	return nil
}

func (j *joining) noTunnels() error {
	if store.Len[model.Tunnel](j.r) > 0 {
		return model.ErrPoolJoiningHostHasTunnels()
	}
	return nil
}

func (j *joining) noSriov() error {
	if store.Len[model.NetworkSriov](j.r) > 0 {
		return model.ErrPoolJoiningHostHasNetworkSriovs()
	}
	return nil
}

func (j *joining) managementVLANsOnly() error {
	for _, v := range store.All[model.VLAN](j.r) {
		if pif, ok := store.Find(j.r, v.UntaggedPIF); !ok || !pif.Management {
			return model.ErrPoolJoiningHostHasNonManagementVLANs()
		}
	}
	return nil
}

func (j *joining) noCAConflict() error {
	var err error
	if j.certificates, err = peer.Ask[map[string]theirCertificate](j.remote, "Certificate.get_all_records"); err != nil {
		return joinError(err)
	}
	var names []any
	for _, mine := range store.All[model.Certificate](j.r) {
		for _, c := range j.certificates {
			if mine.Type == model.CertificateTypeCA && c.Type == string(model.CertificateTypeCA) && mine.Name == c.Name && mine.Fingerprint != c.Fingerprint {
				names = append(names, c.Name)
			}
		}
	}
	if len(names) > 0 {
		return model.ErrPoolJoiningHostCACertificatesConflict(names...)
	}
	return nil
}

func (j *joining) noUpdateRuns() error {
	for _, op := range j.pool.CurrentOperations {
		if op == model.PoolAllowedOperationsApplyUpdates {
			return model.ErrNotSupportedDuringUpgrade()
		}
	}
	for _, op := range j.theirs.CurrentOperations {
		if op == string(model.PoolAllowedOperationsApplyUpdates) {
			return model.ErrNotSupportedDuringUpgrade()
		}
	}
	return nil
}

func (j *joining) alikeBoston() error {
	if j.forced {
		return nil
	}
	if differ(j.host.SoftwareVersion, j.master.SoftwareVersion, "product_version", "product_brand", "build_number", "hg_id", "xs:linux") {
		return model.ErrHostsNotHomogeneous("software version differs")
	}
	return j.sameProcessors()
}

func (j *joining) physicalManagement() error {
	if !j.management().Physical {
		return model.ErrPoolJoiningHostMustHavePhysicalManagementNic()
	}
	return nil
}
