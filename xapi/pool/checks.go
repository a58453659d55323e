package pool

import (
	"fmt"
	"maps"
	"slices"
	"strings"

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

// theirManagement is the master's management interface.
func (j *joining) theirManagement() theirPIF {
	pifs, err := peer.Ask[map[string]theirPIF](j.remote, "PIF.get_all_records")
	if err != nil {
		return theirPIF{VLAN: -1}
	}
	for _, p := range pifs {
		if p.Management && p.Host == j.theirs.Master {
			return p
		}
	}
	return theirPIF{VLAN: -1}
}

func (j *joining) sameManagementVLAN() error {
	mine, theirs := j.management().VLAN, j.theirManagement().VLAN
	if mine != theirs {
		return model.ErrPoolJoiningHostManagementVLANDoesNotMatch(mine, theirs)
	}
	return nil
}

func (j *joining) sameAuth() error {
	if j.host.ExternalAuthType != j.master.AuthType || !strings.EqualFold(j.host.ExternalAuthServiceName, j.master.AuthService) {
		return model.ErrPoolJoiningExternalAuthMismatch()
	}
	return nil
}

func (j *joining) sameAuthBoston() error {
	if j.host.ExternalAuthServiceName != j.master.AuthService {
		return model.ErrPoolJoiningExternalAuthMismatch()
	}
	return j.sameAuth()
}

// rank orders the editions of the release.
func (j *joining) rank(edition string) int { return licence.Rank(j.Release, edition) }

// lowestEdition is the least of the other pool's, and whether all hosts, this
// one included, have the same.
func (j *joining) lowestEdition() (edition string, same bool) {
	same = true
	for i, h := range slices.Collect(maps.Values(j.hosts)) {
		if i == 0 || j.rank(h.Edition) < j.rank(edition) {
			edition = h.Edition
		}
		same = same && h.Edition == j.host.Edition
	}
	return edition, same
}

func (j *joining) sameEdition() error {
	lowest, same := j.lowestEdition()
	if same {
		return nil
	}
	for _, e := range []string{j.host.Edition, lowest} {
		if licence.FindEdition(j.Release, e) == nil {
			return model.ErrLicenseHostPoolMismatch(e)
		}
	}
	if j.rank(j.host.Edition) != j.rank(lowest) {
		return model.ErrLicenseHostPoolMismatch(fmt.Sprintf("host edition = %q", j.host.Edition), fmt.Sprintf("pool edition = %q", lowest))
	}
	return nil
}

func (j *joining) sameEditionBoston() error {
	if lowest, same := j.lowestEdition(); !same && j.rank(j.host.Edition) != j.rank(lowest) {
		return model.ErrLicenceRestriction()
	}
	return nil
}

func (j *joining) sameBackend() error {
	if differ(j.host.SoftwareVersion, j.master.SoftwareVersion, "network_backend") {
		return model.ErrOperationNotAllowed("Network backends differ")
	}
	return nil
}

func (j *joining) sameController() error {
	mine := store.Len[model.SDNController](j.r)
	theirs, err := peer.Ask[map[string]any](j.remote, "SDN_controller.get_all_records")
	if err == nil && mine > 0 && len(theirs) == 0 {
		return model.ErrOperationNotAllowed("SDN controller differs")
	}
	return nil
}

func (j *joining) sameSwitchBoston() error {
	if c := j.pool.VswitchController; c != "" && c != j.theirs.VswitchController {
		return model.ErrOperationNotAllowed("vswitch controller address differs")
	}
	return j.sameBackend()
}

func (j *joining) sameAPI() error {
	mine := fmt.Sprintf("%d.%d", j.host.APIVersionMajor, j.host.APIVersionMinor)
	theirs := fmt.Sprintf("%d.%d", j.master.APIMajor, j.master.APIMinor)
	if mine != theirs {
		return model.ErrPoolJoiningHostMustHaveSameAPIVersion(mine, theirs)
	}
	return nil
}

func (j *joining) sameSchema() error {
	mine, theirs := j.host.SoftwareVersion["db_schema"], j.master.SoftwareVersion["db_schema"]
	if mine == "" || mine != theirs {
		return model.ErrPoolJoiningHostMustHaveSameDBSchema(mine, theirs)
	}
	return nil
}

// updates are those of a host that every member must have, by uuid.
func (j *joining) sameUpdates() error {
	var mine, theirs []string
	for _, u := range j.host.Updates {
		if p, ok := store.Find(j.r, u); ok && p.EnforceHomogeneity {
			mine = append(mine, p.UUID)
		}
	}
	type update struct {
		UUID        string   `json:"uuid"`
		Homogeneous bool     `json:"enforce_homogeneity"`
		Hosts       []string `json:"hosts"`
	}
	if j.Release.Before("ely") {
		return nil // patches, which it does not look at
	}
	list, err := peer.Ask[map[string]update](j.remote, "pool_update.get_all_records")
	if err != nil {
		return err
	}
	for _, u := range list {
		if u.Homogeneous && slices.Contains(u.Hosts, j.theirs.Master) {
			theirs = append(theirs, u.UUID)
		}
	}
	slices.Sort(mine)
	slices.Sort(theirs)
	if !slices.Equal(mine, theirs) {
		return model.ErrHostsNotHomogeneous(fmt.Sprintf("Updates on local host %s and pool host %s differ", j.host.NameLabel, j.master.NameLabel))
	}
	return nil
}

func (j *joining) sameAddressType() error {
	if theirs := j.theirManagement(); theirs.AddressType != "" && string(j.management().PrimaryAddressType) != theirs.AddressType {
		return model.ErrOperationNotAllowed("Primary address type differs")
	}
	return nil
}

func (j *joining) samePurposes() error {
	all := map[string]bool{}
	for _, n := range store.All[model.Network](j.r) {
		for _, p := range n.Purpose {
			all[string(p)] = true
		}
	}
	networks, err := peer.Ask[map[string]theirNetwork](j.remote, "network.get_all_records")
	if err != nil {
		return joinError(err)
	}
	for _, n := range networks {
		for _, p := range n.Purpose {
			all[p] = true
		}
	}
	if all["nbd"] && all["insecure_nbd"] {
		return model.ErrOperationNotAllowed("Incompatible network purposes: nbd and insecure_nbd")
	}
	return nil
}

func (j *joining) sameTLS() error {
	if j.pool.TLSVerificationEnabled != j.theirs.TLSVerificationEnabled {
		return model.ErrPoolJoiningHostTLSVerificationMismatch()
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

// sameDrivers: this host's storage drivers must do what the pool's do.
func (j *joining) sameDrivers() error {
	drivers, err := peer.Ask[map[string]theirSM](j.remote, "SM.get_all_records")
	if err != nil {
		return joinError(err)
	}
	for _, ref := range slices.Sorted(maps.Keys(drivers)) {
		theirs := drivers[ref]
		var mine []model.Ref[model.SM]
		for r, sm := range store.All[model.SM](j.r) {
			if sm.Type == theirs.Type {
				mine = append(mine, r)
			}
		}
		if len(mine) != 1 {
			return model.ErrPoolJoiningSMFeaturesIncompatible(ref, "")
		}
		sm, _ := store.Find(j.r, mine[0])
		for f, v := range theirs.Features {
			if sm.Features[f] < v {
				return model.ErrPoolJoiningSMFeaturesIncompatible(ref, mine[0])
			}
		}
	}
	return nil
}

func (j *joining) sameProduct() error {
	if differ(j.host.SoftwareVersion, j.master.SoftwareVersion, "product_version") {
		return model.ErrPoolJoiningHostMustHaveSameProductVersion()
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
