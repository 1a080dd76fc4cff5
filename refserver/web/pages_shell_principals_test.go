package web

import (
	"testing"
	"time"

	"github.com/ismskit/ismskit/ismskit/directory"
)

// Who is somebody's deputy by a standing order and by one for a leave is told so once.
func TestEachPrincipalIsToldOnce(t *testing.T) {
	friday := time.Date(2026, time.November, 27, 16, 0, 0, 0, time.UTC)
	of := func(person string, to time.Time) directory.Principal {
		return directory.Principal{Holder: directory.Holder{Person: person}, First: true, To: to}
	}
	got := eachPrincipal([]directory.Principal{of("P06", friday), of("P11", friday), of("P06", friday), of("P06", friday.AddDate(0, 0, 7))})
	if len(got) != 3 || got[0].Person != "P06" || got[1].Person != "P11" || !got[2].To.After(friday) {
		t.Errorf("%+v", got)
	}
}
