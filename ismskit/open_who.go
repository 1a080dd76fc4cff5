package ismskit

import (
	"context"
	"fmt"

	"github.com/ismskit/ismskit/ismskit/directory"
	"github.com/ismskit/ismskit/workflow"
)

// Who may begin a case, and for whom.

// opener is whose request a new case is, and who opens it.
func (k *Kit) opener(ctx context.Context, actor Actor, kind *kind, o Opening) (applicant workflow.Signer, auth authority, err error) {
	if actor.system {
		auth = authority{by: k.systemSigner(), via: viaSystem}
		if o.Applicant == "" || o.Applicant == SystemPerson {
			return k.systemSigner(), auth, nil
		}
		applicant, err = k.anybody(ctx, o.Applicant)
		return applicant, auth, err
	}
	if o.takes != nil {
		applicant, err = k.person(ctx, actor.Person, k.moment())
		return applicant, authority{by: applicant, via: viaApplicant}, err
	}
	applicant, writer, err := k.asker(ctx, actor, kind, o.Applicant)
	if writer != nil {
		return applicant, authority{by: *writer, principal: &applicant, via: ViaWriter}, err
	}
	return applicant, authority{by: applicant, via: viaApplicant}, err
}

// anybody is a person as he is now. Somebody who has left cannot be asked, but what
// was his may still need a case: the System actor opens it in his name.
func (k *Kit) anybody(ctx context.Context, id string) (workflow.Signer, error) {
	answers, err := k.directory.Resolve(ctx, []directory.Question{{ID: "applicant", Kind: directory.KindPerson, Person: id, At: k.moment()}})
	if err != nil {
		return workflow.Signer{}, fmt.Errorf("ismskit: directory: %w", err)
	}
	if len(answers) != 1 || len(answers[0].Holders) == 0 {
		return workflow.Signer{}, fmt.Errorf("%w: person %s", ErrNotFound, id)
	}
	return signerOf(answers[0].Holders[0]), nil
}

// mayOpen says whether somebody may open a type. Rows of other cases are opened
// by their parent only.
func (k *Kit) mayOpen(ctx context.Context, actor Actor, kind *kind) error {
	if actor.system {
		return nil
	}
	if kind.Flow.Child || !kind.Offered {
		return fmt.Errorf("%w: type %s", ErrNotFound, kind.Key)
	}
	openers := kind.Openers
	if kind.Filing {
		ok, err := k.files(ctx, actor.Person, k.moment())
		if err == nil && !ok {
			err = ErrForbidden
		}
		if err != nil {
			return err
		}
	}
	if kind.PaperOf != "" {
		openers = k.cfg.Rights.ManageRecords // what was signed on paper its keepers enter
	} else if len(openers) == 0 {
		return nil
	}
	ok, err := k.hasRole(ctx, actor.Person, openers)
	if err == nil && !ok {
		err = ErrForbidden
	}
	return err
}
