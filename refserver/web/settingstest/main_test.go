package settingstest

import (
	"os"
	"testing"

	"github.com/ismskit/ismskit/refserver/web/browsertest"
)

// TestMain lets all tests share one Chromium.
func TestMain(m *testing.M) { os.Exit(browsertest.Main(m)) }
