package ismskit

import (
	"errors"
	"fmt"
)

// Refusals that a host or a page handles by kind. forms.Invalid and the errors
// of package workflow come through unchanged.
var (
	// ErrNotFound: it is not there, or the actor may not know that it is.
	ErrNotFound = errors.New("ismskit: not found")
	// ErrForbidden: the actor may see it, but not do this.
	ErrForbidden = errors.New("ismskit: forbidden")
	// ErrNotInOffice: who asks has left, or has not come yet. It is an ErrForbidden.
	ErrNotInOffice = fmt.Errorf("%w: not in office", ErrForbidden)
	// ErrConflict: it has changed since it was read; see Conflict.
	ErrConflict = errors.New("ismskit: changed meanwhile")
	// ErrRoleEmptied: nobody would have the role any more; see RowChange.KeepHeld and
	// RoleEmptied.
	ErrRoleEmptied = errors.New("ismskit: nobody would have the role any more")
	// ErrKeyReused: the idempotency key was used for another request.
	ErrKeyReused = errors.New("ismskit: idempotency key used for another request")
	// ErrKeyKept is an ErrKeyReused where what came with the key before is a draft still:
	// it was kept, and nothing has been sent.
	ErrKeyKept = fmt.Errorf("%w, which was kept as a draft", ErrKeyReused)
	// ErrRetry: a joined transaction lost; the host repeats its own.
	ErrRetry = errors.New("ismskit: transaction lost, repeat it")
	// ErrTooLarge: more bytes than allowed.
	ErrTooLarge = errors.New("ismskit: too large")
	// ErrUnavailable: the database cannot be reached or written at the moment.
	ErrUnavailable = errors.New("ismskit: storage unavailable")
	// ErrReadOnly: a hook or field type of this case's version is missing.
	ErrReadOnly = errors.New("ismskit: case is read-only")
)

// unreadCase is a case that this program cannot read, as a later one wrote it.
type unreadCase struct {
	id  string
	err error
}

func (e *unreadCase) Error() string { return "ismskit: case " + e.id + ": " + e.err.Error() }
func (e *unreadCase) Unwrap() error { return e.err }

// unread says whether an error means that a case, or its definition, cannot be read by
// this program, while the storage does its part.
func unread(err error) bool {
	var of *unreadCase
	return errors.Is(err, ErrReadOnly) || errors.As(err, &of)
}
