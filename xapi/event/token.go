package event

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/xapid/xapid/model"
)

// token is where a client stands in the stream of changes: the generation of
// the database and that of the messages. The two are one here.
type token struct{ db, messages uint64 }

func (t token) String() string { return fmt.Sprintf("%020d,%020d", t.db, t.messages) }

// parseToken reads a token; the empty text is the beginning. Anything but two
// decimal numbers around a comma fails with EVENT_FROM_TOKEN_PARSE_FAILURE.
func parseToken(s string) (token, error) {
	if s == "" {
		return token{}, nil
	}
	a, b, ok := strings.Cut(s, ",")
	db, err1 := strconv.ParseUint(a, 10, 64)
	messages, err2 := strconv.ParseUint(b, 10, 64)
	if !ok || err1 != nil || err2 != nil {
		return token{}, model.ErrEventFromTokenParseFailure(s)
	}
	if messages == 0 {
		// event.inject says nothing of messages; old ones are not news.
		messages = db
	}
	return token{db, messages}, nil
}
