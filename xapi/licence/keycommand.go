package licence

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
)

// KeyCommand is the command that makes an activation key: it writes the file to
// out.
func KeyCommand(args []string, now time.Time, out io.Writer) error {
	fs := flag.NewFlagSet("xapid licence-key", flag.ContinueOnError)
	host := fs.String("host", "", "uuid of the host that the key is for")
	days := fs.Int("days", 365, "for how many days it is good")
	edition := fs.String("edition", Free, "edition that it gives; before XenServer 6.2 keys are for free only")
	name := fs.String("name", "", "who uses the host")
	company := fs.String("company", "", "for whom")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return fmt.Errorf("licence-key takes flags only, not %q", fs.Arg(0))
	}
	if _, err := uuid.Parse(*host); err != nil {
		return errors.New("-host: the uuid of a host is needed")
	}
	k := Key{Host: *host, Edition: *edition, SKU: *edition, Expires: now.AddDate(0, 0, *days).UTC().Truncate(time.Second), Owner: map[string]string{"name": *name, "company": *company}}
	if k.Edition == Free {
		k.SKU = "XE Express"
	}
	_, err := out.Write(k.Encode())
	return err
}
