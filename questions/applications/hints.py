"""What misconceptions of several questions say in the same words."""

NUMBERS_ONLY = "the visible test looks at numbers, and at which parameters get a gradient"
LONGER_THAN_SHOWN = "the visible test has short sentences, which can be read"

# Why a change of the reference is as right as the reference itself.
WHOLE_NUMBERS = "whole numbers carry no gradient"
NO_GRAPH = "there is no graph here that it could be taken out of"
ON_A_GPU_ONLY = "marking has no GPU: everything lies on the CPU there, and on a GPU this fails with a clear message"
AN_INDEX = "an index may lie on the CPU, whatever it picks from"
