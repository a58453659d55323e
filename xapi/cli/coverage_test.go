package cli_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/xapid/xapid/xapi/cli"
	"github.com/xapid/xapid/xapi/xapitest"
)

// filling are values for parameters; those that name an object of a class are
// asked for, other uuids lead nowhere.
var filling = map[string]string{
	"name-label": "thing", "new-name-label": "thing", "device": "9", "type": "ext", "content-type": "user", "virtual-size": "1MiB", "VLAN": "77", "vlan": "77",
	"mode": "dhcp", "IP": "192.0.2.9", "netmask": "255.255.255.0", "param-name": "name-label", "param-key": "x", "class": "vm", "template": "Other install media",
	"master-address": "192.0.2.1", "priority": "3", "edition": "free", "power-state": "halted", "min": "64MiB", "max": "128MiB", "target": "96MiB",
	"static-min": "16MiB", "dynamic-min": "64MiB", "dynamic-max": "64MiB", "static-max": "64MiB", "cores": "2", "vcpus": "1", "value": "1", "frequency": "daily",
	"filename": "none", "file-name": "none", "pool-uuid": "", "data-source": "cpu0", "tag": "78", "hostname": "web", "host-name": "web", "device-config:": "x",
	"burst-size": "2", "fill-rate": "1", "timeout": "5", "protocol": "ssh", "ldaps": "true", "enabled": "true", "name": "thing",
}

// uuidOf asks for the uuid of an object of a class, if there is one.
func (s *shell) uuidOf(command string) string {
	name := strings.TrimSuffix(command, "-uuid")
	for _, c := range []string{name, strings.TrimPrefix(name, "new-")} {
		if got := s.try(c+"-list", "params=uuid", "--minimal"); got.status == 0 {
			if id, _, _ := strings.Cut(strings.TrimSpace(got.out), ","); id != "" {
				return id
			}
		}
	}
	return uuid.NewString()
}

// parting are commands that end the daemon, or after which it is another one.
var parting = []string{"pool-eject", "pool-restore-database", "host-restore", "host-shutdown-agent", "host-reboot", "host-shutdown",
	"pool-emergency-reset-master", "pool-emergency-transition-to-master", "pool-join", "host-emergency-management-reconfigure", "host-management-disable",
	"host-management-reconfigure", "pool-management-reconfigure", "event-wait"}

// untransferred are commands whose bytes go by an HTTP transfer that is not
// handled; the client here makes none.
var untransferred = []string{"patch-upload", "pool-retrieve-wlb-diagnostics", "pool-retrieve-wlb-report", "pool-sync-bundle",
	"snapshot-export-to-template", "template-export", "update-upload", "vdi-export", "vdi-import", "vm-export", "vm-import"}

// TestEveryCommand runs all commands: without their parameters, where they
// complain of the first that is missing, and with something in each, where they
// do what is asked or say why not.
func TestEveryCommand(t *testing.T) {
	pool := xapitest.Start(t, xapitest.Inventory(1, 2))
	xe := &shell{t: t, pool: pool, answer: "yes", session: pool.Login(t).Session}
	ids := map[string]string{}
	there, left := 0, 0
	var unserved []string
	for _, s := range cli.Specs() {
		for i, key := range s.Reqd {
			if i > 0 && i < len(s.Reqd)-1 {
				continue // the first and the last will do
			}
			args := []string{s.Name}
			for _, k := range s.Reqd[:i] {
				args = append(args, k+"=x")
			}
			got := xe.ship(args...)
			if want := "Required parameter not found: " + key + "\nFor usage run: 'xe help'\n"; got.err != want || got.out != "" || got.status != 1 {
				t.Errorf("%s without %s: %+v", s.Name, key, got)
			}
		}
		if slices.Contains(parting, s.Name) {
			left++
			continue
		}
		args := []string{s.Name, "force=true"}
		for _, key := range s.Reqd {
			v, known := filling[key]
			if key == "type" && strings.HasPrefix(s.Name, "vdi-") {
				v = "user"
			}
			if !known && (key == "uuid" || strings.HasSuffix(key, "-uuid") || strings.HasSuffix(key, "-uuids")) {
				class := strings.TrimSuffix(strings.TrimSuffix(key, "s"), "-uuid")
				if key == "uuid" {
					class = s.Name
					for !cli.IsClass(class) && strings.Contains(class, "-") {
						class = class[:strings.LastIndex(class, "-")]
					}
				}
				if _, asked := ids[class]; !asked {
					ids[class] = xe.uuidOf(class)
				}
				v = ids[class]
			} else if !known {
				v = "something"
			}
			args = append(args, key+"="+v)
		}
		if strings.HasSuffix(s.Name, "-recover") || strings.HasSuffix(s.Name, "-recovered") {
			args = append(args, "database:vdi-uuid="+xe.uuidOf("vdi"))
		}
		got := xe.try(args...)
		switch {
		case got.status != 0 && got.status != 1, got.status == 0 && (got.code != "" || strings.HasPrefix(got.err, "Error")):
			t.Errorf("%v: %+v", args, got)
		case got.status == 1 && got.err == "" && got.code == "" && got.out == "":
			t.Errorf("%v fails and does not say why", args)
		case strings.Contains(got.err, "Something went wrong inside"), got.code == "INTERNAL_ERROR":
			t.Errorf("%v: %+v", args, got)
		case strings.HasPrefix(got.err, "This toolstack cannot do that"):
			unserved = append(unserved, s.Name)
		default:
			there++
		}
	}
	t.Logf("%d commands act or say why they do not, %d come to NOT_IMPLEMENTED, %d would part from the daemon", there, len(unserved), left)
	if there+len(unserved)+left != 675 {
		t.Error("not all commands have run")
	}
	unserved = append(unserved, untransferred...)
	slices.Sort(unserved)
	if want := cli.Unserved(); !slices.Equal(unserved, want) {
		t.Errorf("unserved.txt is to be\n%s", strings.Join(unserved, "\n"))
	}
}
