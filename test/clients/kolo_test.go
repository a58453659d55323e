package clients_test

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/kolo/xmlrpc"

	"github.com/xapid/xapid/xapi/xapitest"
)

// kolo drives a pool through github.com/kolo/xmlrpc, which wants to know the
// type of every result.
type kolo struct {
	t       *testing.T
	client  *xmlrpc.Client
	session string
}

// koloCall sends a call whose value is of type T.
func koloCall[T any](k *kolo, method string, args ...any) (T, []string) {
	k.t.Helper()
	if k.session != "" {
		args = append([]any{k.session}, args...)
	}
	var answer struct {
		Status           string
		Value            T
		ErrorDescription []string
	}
	if err := k.client.Call(method, args, &answer); err != nil {
		k.t.Fatalf("%s: %v", method, err)
	}
	return answer.Value, answer.ErrorDescription
}

func koloMust[T any](k *kolo, method string, args ...any) T {
	k.t.Helper()
	v, failure := koloCall[T](k, method, args...)
	if failure != nil {
		k.t.Fatalf("%s: %v", method, failure)
	}
	return v
}

func (k *kolo) fails(want []string, method string, args ...any) {
	k.t.Helper()
	if _, got := koloCall[any](k, method, args...); !slices.Equal(got, want) {
		k.t.Errorf("%s: %v, want %v", method, got, want)
	}
}

type koloVM struct {
	PowerState        string            `xmlrpc:"power_state"`
	GuestMetrics      string            `xmlrpc:"guest_metrics"`
	VBDs              []string          `xmlrpc:"VBDs"`
	OtherConfig       map[string]string `xmlrpc:"other_config"`
	AllowedOperations []string          `xmlrpc:"allowed_operations"`
}

type koloEvents struct {
	Token  string `xmlrpc:"token"`
	Events []struct {
		Class     string `xmlrpc:"class"`
		Operation string `xmlrpc:"operation"`
		Snapshot  koloVM `xmlrpc:"snapshot"`
	} `xmlrpc:"events"`
}

func TestKolo(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(2, 10))
	client, err := xmlrpc.NewClient(p.URL(), &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	k := &kolo{t: t, client: client}
	k.session = koloMust[string](k, "session.login_with_password", "root", xapitest.Password, "2.0", "kolo")

	for _, class := range []string{"VM", "host", "pool", "SR", "VDI", "VBD", "VIF", "network", "PIF", "PBD", "task", "console", "VM_guest_metrics"} {
		records := koloMust[map[string]struct {
			UUID string `xmlrpc:"uuid"`
		}](k, class+".get_all_records")
		for ref, r := range records {
			if !strings.HasPrefix(ref, "OpaqueRef:") || len(r.UUID) != 36 {
				t.Errorf("%s %s has uuid %q", class, ref, r.UUID)
			}
		}
	}

	template := koloMust[[]string](k, "VM.get_by_name_label", "Other install media")[0]
	vm := koloMust[string](k, "VM.clone", template, "kolo scenario")
	koloMust[string](k, "VM.provision", vm)
	sr := koloMust[string](k, "pool.get_default_SR", koloMust[[]string](k, "pool.get_all")[0])
	vdi := koloMust[string](k, "VDI.create", map[string]any{
		"name_label": "kolo disk", "name_description": "", "SR": sr, "virtual_size": fmt.Sprint(1 << 30), "type": "user",
		"sharable": false, "read_only": false, "other_config": map[string]string{},
	})
	koloMust[string](k, "VBD.create", map[string]any{
		"VM": vm, "VDI": vdi, "userdevice": "autodetect", "bootable": true, "mode": "RW", "type": "Disk", "empty": false, "unpluggable": true,
		"other_config": map[string]string{}, "qos_algorithm_type": "", "qos_algorithm_params": map[string]string{},
	})

	batch := koloMust[koloEvents](k, "event.from", []string{"VM/" + vm}, "", 0.0)
	task := koloMust[string](k, "Async.VM.start", vm, false, false)
	for koloMust[string](k, "task.get_status", task) == "pending" {
		koloMust[koloEvents](k, "event.from", []string{"task"}, "", 1.0)
	}
	if s := koloMust[string](k, "task.get_status", task); s != "success" {
		t.Fatalf("the task is a %s: %v", s, koloMust[[]string](k, "task.get_error_info", task))
	}
	for able := false; !able; { // until the guest's agent has told what it can
		batch = koloMust[koloEvents](k, "event.from", []string{"VM/" + vm}, batch.Token, 10.0)
		for _, e := range batch.Events {
			able = e.Snapshot.PowerState == "Running" && slices.Contains(e.Snapshot.AllowedOperations, "clean_shutdown")
		}
	}
	k.fails([]string{"VM_BAD_POWER_STATE", vm, "halted", "running"}, "VM.start", vm, false, false)
	k.fails([]string{"UUID_INVALID", "VM", "nope"}, "VM.get_by_uuid", "nope")
	k.fails([]string{"HANDLE_INVALID", "VM", "OpaqueRef:gone"}, "VM.get_record", "OpaqueRef:gone")
	for _, step := range [][2]string{{"VM.suspend", "Suspended"}, {"VM.resume", "Running"}, {"VM.pause", "Paused"}, {"VM.unpause", "Running"}, {"VM.clean_reboot", "Running"}, {"VM.hard_shutdown", "Halted"}} {
		args := []any{vm}
		if step[0] == "VM.resume" {
			args = append(args, false, false)
		}
		koloMust[string](k, step[0], args...)
		if r := koloMust[koloVM](k, "VM.get_record", vm); r.PowerState != step[1] {
			t.Errorf("after %s the VM is %s", step[0], r.PowerState)
		}
	}
	koloMust[string](k, "VM.destroy", vm)
	koloMust[string](k, "VDI.destroy", vdi)
	koloMust[string](k, "session.logout")
	k.fails([]string{"SESSION_INVALID", k.session}, "VM.get_all")
}
