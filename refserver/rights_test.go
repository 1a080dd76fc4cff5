package main

import (
	"reflect"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/webtest"
)

// The pages are tested under the rights that the server gives.
func TestPagesAreTestedUnderTheServersRights(t *testing.T) {
	if got, want := webtest.Config(t).Rights, rights(); !reflect.DeepEqual(got, want) {
		t.Errorf("the pages' tests have %+v, the server %+v", got, want)
	}
}
