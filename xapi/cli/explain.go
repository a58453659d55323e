package cli

import (
	"errors"
	"reflect"
	"strings"
	"sync"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/cli/thin"
)

// apiError is any failure as one of the API's.
func apiError(err error) *model.Error {
	var api *model.Error
	if errors.As(err, &api) {
		return api
	}
	return model.ErrInternalError(err.Error())
}

// raised is a failure as --trace shows it.
func raised(err error) string {
	var own complaint
	if errors.As(err, &own) {
		return "Failure(" + string(own) + ")"
	}
	e := apiError(err)
	return "Server_error(" + e.Code + ", [ " + strings.Join(e.Params, "; ") + " ])"
}

// explain shows an error of the API: its description and its parameters, an
// object by its uuid and name. An error that the datamodel has not is left to
// the client.
func (c *command) explain(e *model.Error) {
	about, lines, known := c.description(e)
	if !known {
		c.send(thin.Command{Kind: thin.Error, Texts: []string{e.Code}, Params: e.Params})
		return
	}
	c.stderr(strings.Join(append([]string{about}, lines...), "\n") + "\n")
}

// description is a sentence about an error, and a line for each parameter.
func (c *command) description(e *model.Error) (about string, lines []string, known bool) {
	info, known := catalogue()[e.Code]
	if !known {
		return "", nil, false
	}
	about, names := info.About, info.Params
	for i, p := range e.Params {
		name := "<extra>"
		switch {
		case e.Code == "VMS_FAILED_TO_COOPERATE":
			name = "VM"
		case i < len(names):
			name = names[i]
		}
		lines = append(lines, name+": "+c.named(p))
	}
	if e.Code != "VMS_FAILED_TO_COOPERATE" && len(e.Params) < len(names) {
		for _, name := range names[len(e.Params):] {
			lines = append(lines, name+": <unknown>")
		}
	}
	return about, lines, true
}

// failures are the texts of the objects that an operation failed on.
type failures []string

func (f failures) Error() string { return strings.Join(f, "; ") }

// failure tells why an operation on one of several objects failed.
func (c *command) failure(o object, err error) string {
	head := "operation failed on " + uuidOf(o.obj) + ": "
	var own complaint
	if errors.As(err, &own) {
		return head + string(own)
	}
	e := apiError(err)
	about, lines, known := c.description(e)
	if !known {
		return head + e.Error()
	}
	return head + about + "\n" + strings.Join(lines, "\n")
}

// catalogue are the errors that the datamodel knows, by code.
var catalogue = sync.OnceValue(func() map[string]model.ErrorInfo {
	m := map[string]model.ErrorInfo{}
	for _, e := range model.Errors() {
		if e.Documented {
			m[e.Code] = e
		}
	}
	return m
})

// uuidOf is an object's uuid.
func uuidOf(obj any) string {
	if f := reflect.ValueOf(obj).Elem().FieldByName("UUID"); f.IsValid() {
		return f.String()
	}
	return ""
}

// named replaces the reference of an object by its uuid and name.
func (c *command) named(text string) string {
	if !strings.HasPrefix(text, "OpaqueRef:") {
		return text
	}
	r := c.server.DB.View()
	for _, cls := range model.Classes() {
		row, ok := r.Row(cls, text)
		if !ok || cls.Field("uuid") == nil {
			continue
		}
		v := reflect.ValueOf(row.Obj).Elem()
		id := v.Field(cls.Field("uuid").Index).String()
		if f := cls.Field("name_label"); f != nil {
			return id + " (" + v.Field(f.Index).String() + ")"
		}
		return id
	}
	return text
}
