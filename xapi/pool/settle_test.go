package pool

import (
	"errors"
	"testing"

	"github.com/xapid/xapid/xapi/local"
)

// TestSettle: a role that a host was given while it came into service stays.
func TestSettle(t *testing.T) {
	slave := local.SlaveOf("127.0.0.2")
	for name, tt := range map[string]struct {
		meanwhile func(k *local.Kept)
		err       error
		role      string
	}{
		"nothing happens": {func(*local.Kept) {}, nil, slave},
		"it is ejected":   {func(k *local.Kept) { k.Role, k.Forget, k.Bare = local.Master, true, true }, errRestarts, local.Master},
		"it is promoted":  {func(k *local.Kept) { k.Role, k.Promote = local.Master, true }, errRestarts, local.Master},
		"another master":  {func(k *local.Kept) { k.Role = local.SlaveOf("127.0.0.3") }, errNoMaster, local.SlaveOf("127.0.0.3")},
	} {
		t.Run(name, func(t *testing.T) {
			kept, err := local.Open("")
			if err != nil {
				t.Fatal(err)
			}
			if err := kept.Change(func(k *local.Kept) { k.Role = slave }); err != nil {
				t.Fatal(err)
			}
			s := &Service{Local: kept}
			was := kept.Get()
			if err := kept.Change(tt.meanwhile); err != nil {
				t.Fatal(err)
			}
			if err := s.settle(was, slave); !errors.Is(err, tt.err) {
				t.Errorf("%v", err)
			}
			if got := kept.Get().Role; got != tt.role {
				t.Errorf("the role is %q", got)
			}
		})
	}
}
