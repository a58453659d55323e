package model

// LabelSpans are for tests.
var LabelSpans = labelSpans
