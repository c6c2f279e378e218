global using V = System.Runtime.Intrinsics.Vector512<float>;
