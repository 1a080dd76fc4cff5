package answer

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/ismskit/ismskit/forms"
	"github.com/ismskit/ismskit/ismskit"
	"github.com/ismskit/ismskit/ismskit/document"
	"github.com/ismskit/ismskit/ismskit/register"
	"github.com/ismskit/ismskit/refserver/account"
	"github.com/ismskit/ismskit/workflow"
)

// RetryAfter is the header Retry-After of every 503, in seconds: by then a
// database that was restarted is usually back.
const RetryAfter = "10"

// BundlePatience is when to ask again, in seconds, for one bundle more than one may have.
const BundlePatience = "60"

// ErrMalformed is a request that says something in a way in which nothing of ours says it.
var ErrMalformed = errors.New("malformed request")

// flowStatus are the statuses of the workflow's refusals. One that isn't here
// means that the case does not stand where the request thinks: 409.
var flowStatus = map[string]int{
	workflow.ErrNotAssigned.Code: http.StatusForbidden, workflow.ErrNotYours.Code: http.StatusForbidden,
	workflow.ErrPassedOn.Code: http.StatusForbidden, workflow.ErrNotApplicant.Code: http.StatusForbidden,
	workflow.ErrDeputy.Code: http.StatusForbidden, workflow.ErrSeparation.Code: http.StatusForbidden,
	workflow.ErrReason.Code: http.StatusUnprocessableEntity, workflow.ErrResult.Code: http.StatusUnprocessableEntity,
	workflow.ErrReply.Code:        http.StatusUnprocessableEntity,
	workflow.ErrReturnTarget.Code: http.StatusUnprocessableEntity, workflow.ErrOutside.Code: http.StatusUnprocessableEntity,
	workflow.ErrPeople.Code: http.StatusUnprocessableEntity, workflow.ErrAlready.Code: http.StatusUnprocessableEntity,
	workflow.ErrUnitNobody.Code: http.StatusUnprocessableEntity, workflow.ErrUnknownUnit.Code: http.StatusUnprocessableEntity,
	workflow.ErrUnits.Code: http.StatusUnprocessableEntity, workflow.ErrUnitEnded.Code: http.StatusUnprocessableEntity,
	workflow.ErrUnknownPerson.Code: http.StatusUnprocessableEntity, workflow.ErrChoose.Code: http.StatusUnprocessableEntity,
	workflow.ErrExtendTerm.Code: http.StatusUnprocessableEntity, workflow.ErrExtendLong.Code: http.StatusUnprocessableEntity,
	workflow.ErrAddAgain.Code: http.StatusForbidden, workflow.ErrAdder.Code: http.StatusForbidden, workflow.ErrInPerson.Code: http.StatusForbidden, workflow.ErrBound.Code: http.StatusForbidden,
	workflow.ErrInput.Code: http.StatusUnprocessableEntity, workflow.ErrState.Code: http.StatusInternalServerError,
}

// byKind are the errors that say no more than their kind, in the order in which
// they are looked for in an error that is several.
var byKind = []struct {
	err    error
	status int
	code   string
}{
	{ismskit.ErrConflict, http.StatusConflict, "changed"},
	{ismskit.ErrKeyReused, http.StatusUnprocessableEntity, "key_reused"},
	{ismskit.ErrReadOnly, http.StatusConflict, "read_only"},
	{ismskit.ErrTooLarge, http.StatusRequestEntityTooLarge, "too_large"},
	// What one may not know and what is not there are the same.
	{ismskit.ErrNumberTwice, http.StatusConflict, "number_twice"}, // an ErrNotFound too
	{ismskit.ErrNotFound, http.StatusNotFound, "not_found"},
	{ismskit.ErrNotInOffice, http.StatusForbidden, "not_in_office"},
	{ismskit.ErrForbidden, http.StatusNotFound, "not_found"},
	{account.ErrUnknown, http.StatusNotFound, "not_found"},
	{account.ErrLocked, http.StatusTooManyRequests, "locked"},
	{account.ErrSignIn, http.StatusUnauthorized, "sign_in"},
	{ismskit.ErrUnavailable, http.StatusServiceUnavailable, "unavailable"},
	{ismskit.ErrRetry, http.StatusServiceUnavailable, "unavailable"},
	{context.DeadlineExceeded, http.StatusServiceUnavailable, "unavailable"},
	{context.Canceled, http.StatusServiceUnavailable, "unavailable"},
	// After what is unavailable: a database that stops cuts its connections too.
	{io.ErrUnexpectedEOF, http.StatusBadRequest, "cut_off"},
	{ErrMalformed, http.StatusBadRequest, "malformed"},
}

// Of is the one place where an error of the SDK, or of package account, gets its
// HTTP status and the code by which a program tells it from others. Whatever is
// no refusal is 500 "fault". A 503 carries RetryAfter. There must be an error.
func Of(err error) (status int, code string) {
	var (
		invalid  forms.Invalid
		flow     *workflow.Refusal
		list     *register.Refusal
		paper    *document.Refusal
		nobody   *ismskit.Unstaffed
		infected *ismskit.Infected
		unfit    *ismskit.Untaken
		unlooked *ismskit.Unscanned
		bundles  *ismskit.TooManyBundles
		stays    *ismskit.Stays
		unsigned *ismskit.Unsigned
		draft    *ismskit.Unpublishable
		unread   workflow.Problems
		size     *http.MaxBytesError
	)
	switch {
	case errors.As(err, &invalid):
		return ofInvalid(invalid)
	case errors.As(err, &unsigned):
		return http.StatusUnprocessableEntity, "to_sign"
	case errors.As(err, &nobody):
		return http.StatusConflict, "unstaffed"
	case errors.As(err, &stays):
		return http.StatusConflict, "stays"
	case errors.As(err, &draft):
		return http.StatusConflict, "unpublishable"
	case errors.As(err, &unread):
		return http.StatusUnprocessableEntity, "no_flow"
	case errors.As(err, &infected):
		return http.StatusUnprocessableEntity, "infected"
	case errors.As(err, &unfit):
		return ofUntaken(unfit)
	case errors.As(err, &unlooked):
		return http.StatusServiceUnavailable, "unscanned"
	case errors.As(err, &flow):
		if status, ok := flowStatus[flow.Code]; ok {
			return status, flow.Code
		}
		return http.StatusConflict, flow.Code
	case errors.As(err, &list):
		return ofList(list)
	case errors.As(err, &paper):
		return http.StatusUnprocessableEntity, paper.Code
	case errors.As(err, &bundles):
		return http.StatusTooManyRequests, "too_many_bundles"
	case errors.As(err, &size):
		return http.StatusRequestEntityTooLarge, "too_large"
	}
	for _, kind := range byKind {
		if errors.Is(err, kind.err) {
			return kind.status, kind.code
		}
	}
	return http.StatusInternalServerError, "fault"
}

// Status is the HTTP status of Of.
func Status(err error) int {
	status, _ := Of(err)
	return status
}

// IsStale reports whether somebody has changed meanwhile what the request is
// about: a case, or a row of a list.
func IsStale(err error) bool {
	_, code := Of(err)
	return code == "changed"
}

func ofList(r *register.Refusal) (int, string) {
	switch r.Code {
	case "no_list":
		return http.StatusNotFound, "not_found"
	case "stale":
		return http.StatusConflict, "changed"
	}
	return http.StatusUnprocessableEntity, r.Code
}

// ofInvalid tells what could not be read from what must be mended.
func ofInvalid(invalid forms.Invalid) (int, string) {
	switch {
	case slices.ContainsFunc(invalid, func(f forms.Fault) bool { return f.Code == "json_size" }):
		return http.StatusRequestEntityTooLarge, "too_large"
	case slices.ContainsFunc(invalid, func(f forms.Fault) bool { return strings.HasPrefix(f.Code, "json_") }):
		return http.StatusBadRequest, "malformed"
	}
	return http.StatusUnprocessableEntity, "invalid"
}

// HasLeft says whether who asks is no longer in office: to him nothing is there, and instead
// of that he is told why (ismskit.ErrNotInOffice).
func HasLeft(ctx context.Context, kit *ismskit.Kit, who ismskit.Actor) bool {
	if who.Person == "" {
		return false
	}
	// Of whoever is in the house this asks one thing of the directory; Me would ask all of
	// his rights, for each address that is not there.
	if _, err := kit.Queue().Mails(ctx, who); !errors.Is(err, ismskit.ErrForbidden) {
		return false
	}
	_, err := kit.People().Me(ctx, who)
	return errors.Is(err, ismskit.ErrNotInOffice)
}

// ofUntaken is the code of a file that was refused for what it is: why is one.
func ofUntaken(u *ismskit.Untaken) (int, string) {
	if u.Why == ismskit.UntakenLate { // nothing is known against it
		return http.StatusServiceUnavailable, u.Why
	}
	return http.StatusUnprocessableEntity, u.Why
}
