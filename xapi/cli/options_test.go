package cli_test

import (
	"strings"
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/xapitest"
)

// TestOptions runs commands with parameters that only few people know, and
// without those that have to be there.
func TestOptions(t *testing.T) {
	xe := start(t, xapitest.Inventory(2, 0))
	hosts := strings.Split(xe.line("host-list", "--minimal"), ",")
	names := map[string]string{
		"HOST": hosts[0], "MEMBER": hosts[1],
		"SR":   strings.Split(xe.line("sr-list", "type=ext", "--minimal"), ",")[0],
		"NET":  xe.line("network-create", "name-label=n", "MTU=9000"),
		"DOM0": strings.Split(xe.line("vm-list", "is-control-domain=true", "--minimal"), ",")[0],
		"VM":   xe.line("vm-create", "name-label=bare"),
	}
	xe.must("secret-create", "value=v", "other-config:for=x", "other-config-by=y")
	names["VDI"] = xe.line("vdi-create", "sr-uuid="+names["SR"], "name-label=d", "virtual-size=1GiB", "type=User", "tags:b=", "tags:a=x", "sm-config-k=v")
	names["VIF"] = xe.line("vif-create", "vm-uuid="+names["VM"], "network-uuid="+names["NET"], "device=0", "mac=random")
	names["PIF"] = xe.line("pif-list", "host-uuid="+names["HOST"], "management=true", "--minimal")
	names["TPM"] = xe.line("vtpm-create", "vm-uuid="+names["VM"], "is_unique=true")
	xe.must("message-create", "name=n", "priority=3", "body=b", "host-uuid="+names["HOST"])
	xe.must("message-create", "name=o", "priority=3", "body=b", "host-uuid="+names["HOST"])
	names["FIRST"] = xe.line("message-list", "name=n", "--minimal")
	names["SECOND"] = xe.line("message-list", "name=o", "--minimal")
	const danger = "Error: This operation is dangerous and may cause data loss. It must be forced (use --force).\n"
	const missing = "No object of that type has this uuid.\ntype: "
	xe.check(names, []wants{
		{"vdi-param-get|uuid=$VDI|param-name=tags", "a, b\n", "", 0},
		{"vdi-param-get|uuid=$VDI|param-name=type", "User\n", "", 0},
		{"vdi-param-get|uuid=$VDI|param-name=sm-config|param-key=k", "v\n", "", 0},
		{"vdi-create|sr-uuid=$SR|name-label=d|virtual-size=1GiB|type=odd", "",
			"Error: Parameter 'type' must be one of: System, User, Ephemeral, Suspend, Crashdump, HA statefile, Metadata, Redo log, rrd, PVS cache, CBT metadata\n", 1},
		{"vif-param-get|uuid=$VIF|param-name=MTU", "9000\n", "", 0},
		{"vif-configure-ipv4|uuid=$VIF|mode=static", "", "Error: Required parameter not found: address\n", 1},
		{"vif-configure-ipv4|uuid=$VIF|mode=static|address=192.0.2.4/24", "", "", 0},

		{"vm-recover|uuid=x", "", "Error: Required parameter not found: database:vdi-uuid\n", 1},
		{"vm-recover|uuid=x|database:vdi-uuid=y", "", missing + "VDI\nuuid: y\n", 1},
		{"sr-create|name-label=s|type=ext", "", "Error: Required parameter not found: host-uuid\n", 1},
		{"vm-param-get|uuid=$VM|param-name=memory-static-min", "134217728\n", "", 0},
		{"vm-destroy|uuid=$DOM0", "", "This cannot be done as things stand.\nreason: xe destroys no control domain\n", 1},
		{"vm-shutdown|uuid=$DOM0", "", "Error: No matching VMs found\n", 1},
		{"vm-resume|uuid=$DOM0", "", "Error: No matching VMs found\n", 1},
		{"vm-reset-powerstate|uuid=$DOM0|--force", "", "Error: No matching VMs found\n", 1},
		{"vm-memory-target-set|is-a-template=true|target=1GiB", "", "Error: No matching VMs found\n", 1},
		{"vm-clone|vm=bare|new-name-label=x|sr-uuid=$SR", "", "Error: Unknown field 'sr-uuid'\n", 1},
		{"vm-vif-list|vm=bare|params=device,MTU|--minimal", "0\n", "", 0},
		{"vbd-create|vm-uuid=$VM|device=0", "", "Error: A drive can only be empty if it is of type=CD\n", 1},
		{"vm-cd-insert|vm=bare|cd-name=none", "", "Error: No CD is named none\n", 1},
		{"vm-cd-eject|vm=bare", "", "Error: The VM has no CD drive\n", 1},
		{"vm-reset-powerstate|vm=bare", "", danger, 1},
		{"vdi-unlock|uuid=$VDI", "", danger, 1},
		{"vtpm-destroy|uuid=$TPM", "", danger, 1},
		{"host-enable-external-auth|host-uuid=$HOST|auth-type=AD|service-name=x", "", danger, 1},
		{"vm-import|filename=f|url=u", "", "Error: Either url or filename, not both\n", 1},
		{"vm-import|filename=f|--dry-run", "", "Error: Only an import of metadata can be tried by a dry-run\n", 1},
		{"host-get-system-status|uuid=$HOST|filename=f|output=rar", "", "Error: Parameter 'output' must be one of: tar.bz2, tar, zip\n", 1},

		{"message-destroy", "", "Error: Required parameter not found: uuid or uuids\n", 1},
		{"message-destroy|uuids=$FIRST,x", "", missing + "message\nuuid: x\n", 1},
		{"message-list|uuid=$FIRST|--minimal", "$FIRST\n", "", 0}, // all or none
		{"message-destroy|uuids=$FIRST,$SECOND", "", "", 0},
		{"message-list|name=n", "", "", 0},

		{"vm-data-source-query|--multiple|data-source=x", "", "Error: Multiple matches VMs found. Operation can only be performed on one VM at a time\n", 1},
		{"sr-data-source-list|--multiple", "", "Error: Multiple matching SRs found. Operation can only be performed on one SR at a time\n", 1},
		{"host-refresh-server-certificate|host=none", "", "Error: No matching hosts found\n", 1},
		{"host-get-thread-diagnostics|uuid=none", "", "Error: No matching hosts found\n", 1},
		{"vm-migrate|vm=bare|host-name=none", "", "Error: Host none not found\n", 1},
		{"host-compute-memory-overhead|uuid=$MEMBER|--minimal", "\n", "", 0},
		{"vm-is-bios-customized|vm=bare|--minimal", "\n", "", 0},
		{"host-is-in-emergency-mode", "false\n", "", 0},
		{"host-disable-display|uuid=$HOST", "disable_on_reboot\n", "", 0},
		{"pool-emergency-transition-to-master|--minimal", "This host is the master already; with --force it becomes so again.\n", "", 0},
		{"pif-reconfigure-ip|uuid=$PIF|mode=static|ip=192.0.2.7|netmask=255.255.255.0|gateway=192.0.2.1|dns=192.0.2.2", "", "", 0},
		{"pif-list|uuid=$PIF|params=IP|--minimal", "192.0.2.7\n", "", 0},
		{"pif-list|uuid=$PIF|params=DNS|--minimal", "192.0.2.2\n", "", 0},
	})
	r := xe.pool.DB().View()
	kept := false
	for _, s := range store.All[model.Secret](r) {
		kept = kept || s.OtherConfig["for"] == "x" && s.OtherConfig["by"] == "y"
	}
	if !kept {
		t.Error("a secret's other-config is lost")
	}
	for _, v := range store.All[model.VTPM](r) {
		if !v.IsUnique {
			t.Error("the TPM is not unique")
		}
	}
	disk := xe.line("vbd-create", "vm-uuid="+names["VM"], "vdi-uuid="+names["VDI"], "device=1")
	status := xe.must("diagnostic-vdi-status", "uuid="+names["VDI"])
	for _, want := range []string{"storage-lock ( RO): false\n", "\nno active VBDs.\ninactive VBDs:\nuuid ( RO)            : " + disk + "\n"} {
		if !strings.Contains(status, want) {
			t.Errorf("the disk's status has no %q: %s", want, status)
		}
	}
	if status := xe.must("diagnostic-vm-status", "uuid="+names["VM"]); !strings.HasSuffix(status, "The VM is tied to a host: With HA, protected VMs need SRs that every host can reach; this one is not.\n") {
		t.Errorf("the VM's status: %s", status)
	}
	config := []string{"type=nfs", "device-config:server=a", "device-config-serverpath=/b"}
	sr := xe.line(append([]string{"sr-create", "name-label=s", "shared=true", "physical-size=huge"}, config...)...)
	for _, pbd := range strings.Split(xe.line("pbd-list", "sr-uuid="+sr, "--minimal"), ",") {
		xe.must("pbd-unplug", "uuid="+pbd)
	}
	xe.must("sr-forget", "uuid="+sr)
	xe.must("sr-introduce", "uuid="+sr, "name-label=s", "type=nfs", "shared=true")
	xe.must(append([]string{"pbd-create", "sr-uuid=" + sr, "host-uuid=" + names["HOST"]}, config...)...)
	if found := xe.must(append([]string{"sr-probe"}, config...)...); strings.Count(found, sr) != 1 {
		t.Errorf("an SR that was forgotten and is known again: %s", found)
	}
	if got := xe.try("pool-apply-edition", "edition=free", "license-server-port=x"); strings.Count(got.err, "The port must be") != 1 || got.status != 0 {
		t.Errorf("a port that is none: %+v", got)
	}
	xe.must("vm-install", "template=Other install media", "new-name-label=web")
	xe.must("vm-start", "vm=web")
	point := xe.line("vm-checkpoint", "vm=web", "new-name-label=point")
	if got := xe.must("snapshot-uninstall", "uuid="+point, "--force"); !strings.HasSuffix(got, "(Suspend image) \nAll objects destroyed\n") {
		t.Errorf("a checkpoint goes: %q", got) // its image goes with the shutdown
	}
	pifs := strings.Split(xe.line("pool-vlan-create", "pif-uuid="+names["PIF"], "vlan=7", "network-uuid="+names["NET"], "--minimal"), ",")
	if got := xe.line("pif-list", "VLAN=7", "--minimal"); len(pifs) != 2 || !strings.Contains(got, pifs[0]) || !strings.Contains(got, pifs[1]) {
		t.Errorf("PIFs %q of %q", pifs, got)
	}
}
