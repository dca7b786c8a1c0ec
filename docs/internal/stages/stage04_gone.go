package stages

// gone04 lists the files of stage 03 that stage 04 does not have.
func gone04() []Gone {
	return []Gone{
		{Path: "client/lookup.go", Reason: "the client does not look up, it follows the list: follow.go, and conn_state.go for the connections"},
		{Path: "client/lookup_test.go", Reason: "it tested lookup.go"},
		{Path: "client/lookup_rules_test.go", Reason: "it tested lookup.go"},
		{Path: "client/client_bench_test.go", Reason: "bench_compare_test.go and bench_servers_test.go compare all ways to call"},
		{Path: "client/directory_test.go", Reason: "the client is given a Discovery, and its tests have one in memory or one that they drive by hand"},
		{Path: "client/store_test.go", Reason: "it made the registry of directory_test.go"},
		{Path: "limits_netrpc_test.go", Reason: "the wire turns these limits around"},
		{Path: "limits_panic_test.go", Reason: "the wire turns this limit around"},
		{Path: "limits_shutdown_test.go", Reason: "the wire turns these limits around"},
	}
}

// goneTests04 says what became of the tests of stage 03 that stage 04 does not
// have.
func goneTests04() []GoneTest {
	const noTurns = "Nobody waits for a turn to write any more: a request is queued at once, and CallError.Sent says that it may have been sent."
	return []GoneTest{
		{Name: "TestAServerThatMovedIsFoundByItsName", To: "TestWhenEverybodyLeavesNoCallFailsBeforeTheLastHasLeft"},
		// limits that are turned around
		{Name: "TestADeadServerIsGoneWhenItsLeaseHasRunOut", To: "TestNoCallFailsWhenAServerDies"},
		{Name: "TestCallsFailUntilTheLeaseHasRunOut", To: "TestNoCallFailsWhenAServerDies"},
		{Name: "TestOneServerDoesAllTheWork", To: "TestNoCallFailsWhenAServerDies"},
		{Name: "TestEvictionCleansTheListAndNotTheClient", To: "TestAFrozenServerDoesNotKeepItsClient"},
		{Name: "TestAStrangerChangesNobodysEntry", To: "registry/TestAnIDThatIsTakenIsAConflictUntilItsLeaseEnds",
			Reason: "It showed a limit of stage 02 turned around. The registry's own tests keep the promise."},
		{Name: "TestAMethodThatPanicsEndsTheProcess", To: "server/TestAPanickingMethodAnswersItsCallerAndHarmsNobodyElse"},
		{Name: "TestAnArgumentThatGobCannotEncodeEndsTheConnectionForEveryone", To: "client/TestArgumentsThatCannotBeEncodedHarmNobodyElse"},
		{Name: "TestWhatIsSentIsHeldWhole", To: "server/TestPeersThatClaimOrSendTooMuchTakeNoMemory"},
		{Name: "TestNobodyLearnsWhetherARequestWasSent", To: "client/TestAnErrorTellsWhetherTheRequestWasSent"},
		{Name: "TestARequestThatShutdownCutsInHalfIsAnswered", To: "server/TestShutdownDoesNotAnswerHalfARequest"},
		{Name: "TestARequestInTheSamePacketAsTheConnectIsSwallowed", To: "server/TestARequestInTheSamePacketAsTheConnectIsServed"},

		// the client finds its servers in another way
		{Name: "client/TestCallReturnsTheReplyOrTheMethodsError", To: "client/TestAnAnswerOrTheCallersOwnFaultIsNeitherRetriedNorBlamed"},
		{Name: "client/TestNobodyUnderTheNameIsAnErrorThatSaysIt", To: "client/TestWithoutInstancesACallFailsAtOnceWithTheServicesName"},
		{Name: "client/TestALookupEndsWithItsCallersContext", To: "client/TestTheFirstListIsWaitedForNoLongerThanTheCallMayTake"},
		{Name: "client/TestFindingAServerTakesFiveSecondsAtMost", To: "client/TestTheFirstListIsWaitedForNoLongerThanTheCallMayTake"},
		{Name: "client/TestNoLockIsHeldDuringADial", To: "client/TestTheFirstListIsWaitedForNoLongerThanTheCallMayTake"},
		{Name: "client/TestTheFirstInstanceListedIsTakenAndNoOther", Reason: "the client connects to every instance, and a balancer chooses among them"},
		{Name: "client/TestManyCallsCostOneLookupAndOneConnection", To: "client/TestManyCallersShareOneConnectionWhateverTheirCallsEndWith"},
		{Name: "client/TestManyCallersTogetherCostOneLookup", To: "client/TestManyCallersShareOneConnectionWhateverTheirCallsEndWith"},
		{Name: "client/TestWhoComesLateFindsTheConnection", To: "client/TestManyCallersShareOneConnectionWhateverTheirCallsEndWith"},
		{Name: "client/TestAConnectionThatIsNotBrokenIsKeptWhateverItsCallsEndWith", To: "client/TestManyCallersShareOneConnectionWhateverTheirCallsEndWith"},
		{Name: "client/TestABrokenConnectionIsReplaced", To: "client/TestACallWaitsUntilADeadConnectionIsReplaced",
			Reason: "That the call in progress is not made again is TestACallThatMayNotRunTwiceIsSentOnce."},
		{Name: "client/TestARegistryThatRestartsFailsNoCall", To: "TestARegistryThatHasLostItsMemoryCostsNoConnection"},
		{Name: "client/TestARegistryThatIsDownIsAnErrorThatNamesIt", To: "cmd/arith-client/TestARegistryThatIsDownIsNamedAndExitsWith1",
			Reason: "The watcher logs which registry does not answer; a call waits for the first list until its deadline."},
		{Name: "cmd/arith-client/TestARegistryThatIsDownIsOneLineAndExitsWith1", To: "cmd/arith-client/TestARegistryThatIsDownIsNamedAndExitsWith1"},
		{Name: "client/TestAServerThatIsDownIsAnErrorThatNamesIt", To: "client/TestACallThatWaitsInVainForAConnectionSaysWhyThereIsNone"},
		{Name: "client/TestAClosedClientMakesNoCalls", To: "client/TestCloseEndsCallsInProgressAndLaterOnes"},
		{Name: "client/TestCloseEndsALookup", To: "client/TestCloseWhileTheFirstListIsAwaited"},
		{Name: "client/TestCloseMayComeAtAnyTime", To: "client/TestCloseAmidCallsClosesEveryConnection"},
		{Name: "client/BenchmarkCallByName", To: "client/BenchmarkInOneProcess64Callers"},

		// the wire takes the place of rpc.Client's and the turns around it
		{Name: "client/TestACallEndsWhateverItsPeerDoes", To: "client/TestAnErrorTellsWhetherTheRequestWasSent"},
		{Name: "client/TestAnErrorOfTheConnectionLetsNoOtherCallBegin", To: "client/TestArgumentsThatCannotBeEncodedHarmNobodyElse",
			Reason: "It is no error of the connection any more; nor is a reply of the wrong type."},
		{Name: "client/TestCallersThatWaitForTheirTurnReturnByTheirOwnDeadline", To: "client/TestCallsToAPeerThatNeverReadsReturnWhenTheirContextEnds", Reason: noTurns},
		{Name: "client/TestACallerThatGivesUpItsTurnDoesNotHurtTheOneThatWrites", To: "client/TestADeadlineThatPassesHarmsNoOtherCall", Reason: noTurns},
		{Name: "client/TestNoCallRunsAfterItsCallerHasGivenUpItsTurn", To: "codec/TestRequestsToAPeerThatDoesNotReadAreRefusedAfter16MiB",
			Reason: noTurns + " What is queued is bounded, and what is refused never runs."},
		{Name: "client/TestRepliesArriveAfterARequestWasCutOff", To: "client/TestAPeerThatReadsNothingForTenSecondsIsHungUpOn",
			Reason: "No request is cut off for its caller's deadline any more. A peer that has read nothing for ten seconds is hung up on."},
	}
}
