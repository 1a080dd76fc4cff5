// Package browsertest runs pages in a real Chromium for tests: it opens them at
// the two widths that count, in either theme and any language, waits for what a
// person would wait for, clicks, types, takes full-page pictures, and lets axe
// look for what keeps people out.
//
// A page that logs an error, breaks its content policy or throws fails its test
// without being asked.
//
// Where Chromium is missing the tests say so and skip; where axe is missing they
// run, and only what axe would look at is skipped. ISMSKIT_REQUIRE with chromium or
// axe in it makes the missing one a failure. ISMSKIT_CHROMIUM is the browser's path
// (default /usr/bin/chromium), ISMSKIT_AXE the path of axe.min.js, ISMSKIT_SHOTS a
// folder in which the pictures are kept.
package browsertest
