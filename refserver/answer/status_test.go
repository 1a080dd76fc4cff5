package answer_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/refserver/account"
	"github.com/ismskit/ismskit/refserver/answer"
	"github.com/ismskit/ismskit/workflow"
)

// TestOf is the whole table: every refusal, also wrapped, has one status.
func TestOf(t *testing.T) {
	for name, test := range map[string]struct {
		err    error
		status int
		code   string
	}{
		"not there":               {ismskit.ErrNotFound, 404, "not_found"},
		"who has left":            {ismskit.ErrNotInOffice, 403, "not_in_office"},
		"not to be known of":      {ismskit.ErrForbidden, 404, "not_found"},
		"no such list":            {&register.Refusal{Code: "no_list"}, 404, "not_found"},
		"no such token":           {account.ErrUnknown, 404, "not_found"},
		"somebody else's task":    {workflow.ErrNotAssigned, 403, "not_assigned"},
		"not his in a case shown": {fmt.Errorf("%w: %w", workflow.ErrNotYours, ismskit.ErrForbidden), 403, "not_yours"},
		"only the applicant may":  {workflow.ErrNotApplicant, 403, "not_applicant"},
		"a deputy who signed":     {workflow.ErrDeputy, 403, "deputy"},
		"separation of duties":    {workflow.ErrSeparation, 403, "separation"},
		"the task is done":        {workflow.ErrNotOpen, 409, "not_open"},
		"the case went on":        {workflow.ErrStale, 409, "stale"},
		"another phase":           {workflow.ErrPhase, 409, "phase"},
		"no such verb here":       {workflow.ErrVerb, 409, "verb"},
		"too late to withdraw":    {workflow.ErrWithdraw, 409, "withdraw"},
		"a reason is missing":     {workflow.ErrReason, 422, "reason"},
		"no such result":          {workflow.ErrResult, 422, "result"},
		"no way back there":       {workflow.ErrReturnTarget, 422, "return_target"},
		"proof is missing":        {workflow.ErrOutside, 422, "outside"},
		"no text":                 {workflow.ErrInput, 422, "input"},
		"an impossible state":     {workflow.ErrState, 500, "state"},
		"to be mended":            {forms.Invalid{{Field: "reason", Code: "required"}}, 422, "invalid"},
		"not to be read":          {forms.Invalid{{Code: "json_syntax"}}, 400, "malformed"},
		"a form too large":        {forms.Invalid{{Code: "json_size"}}, 413, "too_large"},
		"nothing of ours":         {fmt.Errorf("a field: %w", answer.ErrMalformed), 400, "malformed"},
		"nobody to sign":          {&ismskit.Unstaffed{}, 409, "unstaffed"},
		"a virus":                 {&ismskit.Infected{Name: "a"}, 422, "infected"},
		"a file without its end":  {&ismskit.Untaken{Name: "a", Why: ismskit.UntakenIncomplete}, 422, "incomplete"},
		"a file that is a trap":   {&ismskit.Untaken{Name: "a", Why: ismskit.UntakenDoctype}, 422, "doctype"},
		"a file with a password":  {&ismskit.Untaken{Name: "a", Why: ismskit.UntakenEncrypted}, 422, "encrypted"},
		"a file that blows up":    {&ismskit.Untaken{Name: "a", Why: ismskit.UntakenBomb}, 422, "bomb"},
		"a file of a later kind":  {&ismskit.Untaken{Name: "a", Why: "later"}, 422, "later"},
		"a row to be mended":      {&register.Refusal{Code: "parent_cycle"}, 422, "parent_cycle"},
		"a row changed meanwhile": {&register.Refusal{Code: "stale"}, 409, "changed"},
		"a document refused":      {&document.Refusal{Code: "number_taken"}, 422, "number_taken"},
		"a key used before":       {ismskit.ErrKeyReused, 422, "key_reused"},
		"a case changed":          {&ismskit.Conflict{}, 409, "changed"},
		"a race lost":             {ismskit.ErrConflict, 409, "changed"},
		"read-only":               {ismskit.ErrReadOnly, 409, "read_only"},
		"a file nobody looked at": {&ismskit.Untaken{Name: "a", Why: ismskit.UntakenLate}, 503, "late"},
		"a file nobody scanned":   {&ismskit.Unscanned{Name: "a", Err: context.DeadlineExceeded}, 503, "unscanned"},
		"a file too large":        {ismskit.ErrTooLarge, 413, "too_large"},
		"a body too large":        {&http.MaxBytesError{Limit: 1}, 413, "too_large"},
		"database cut off":        {errors.Join(ismskit.ErrUnavailable, io.ErrUnexpectedEOF), 503, "unavailable"},
		"cut off":                 {io.ErrUnexpectedEOF, 400, "cut_off"},
		"a wrong password":        {account.ErrSignIn, 401, "sign_in"},
		"a locked login":          {&account.LockedError{Until: time.Unix(0, 0)}, 429, "locked"},
		"no database":             {ismskit.ErrUnavailable, 503, "unavailable"},
		"a joined transaction":    {ismskit.ErrRetry, 503, "unavailable"},
		"too slow":                {context.DeadlineExceeded, 503, "unavailable"},
		"gone away":               {context.Canceled, 503, "unavailable"},
		"anything else":           {errors.New("surprise"), 500, "fault"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, err := range []error{test.err, fmt.Errorf("wrapped: %w", test.err), errors.Join(errors.New("beside"), test.err)} {
				if status, code := answer.Of(err); status != test.status || code != test.code || answer.Status(err) != test.status {
					t.Errorf("%v is %d %s, want %d %s", err, status, code, test.status, test.code)
				}
				if answer.IsStale(err) != (test.code == "changed") {
					t.Errorf("%v: stale is %v", err, answer.IsStale(err))
				}
			}
		})
	}
}
