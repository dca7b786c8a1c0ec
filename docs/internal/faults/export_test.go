package faults

// Undisturbed is undisturbed.
var Undisturbed = undisturbed
