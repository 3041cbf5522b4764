# Written by nngrad. Change it as you like: 'gnuplot FILE.gp' draws the picture again, and
# 'gnuplot -c FILE.gp -' writes it to standard output.

set encoding utf8
set terminal svg size 736,400 enhanced rounded font 'sans-serif,14' fontscale 1.1 background '#ffffff'
if (!exists('ARGC') || ARGC == 0) set output 'network_gradients.svg'

set border 3 linecolor rgb '#404040'
set tics nomirror scale 0.6
set key below center horizontal reverse Left samplen 3
set xlabel offset 0, 0.4
set minussign
set errorbars small
set grid linecolor rgb '#e4e4e4' linetype 1 linewidth 1
set linetype 1 linecolor rgb '#0072B2' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 2 linecolor rgb '#D55E00' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 3 linecolor rgb '#009E73' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 4 linecolor rgb '#CC79A7' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 5 linecolor rgb '#E69F00' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 6 linecolor rgb '#56B4E9' linewidth 2 dashtype 1 pointtype 7 pointsize 0.6
set linetype 7 linecolor rgb '#000000' linewidth 2 dashtype 2 pointtype 7 pointsize 0.6
set linetype 8 linecolor rgb '#F0E442' linewidth 2 dashtype 4 pointtype 7 pointsize 0.6
set linetype cycle 8

$edges << END
68 252 200 -84
68 168 200 0
68 84 200 84
268 252 200 -168
268 168 200 -84
268 84 200 0


68 252 200 0
68 168 200 84
68 84 200 168
68 252 200 -168
68 168 200 -84
68 84 200 0
268 252 200 0
268 168 200 84
268 84 200 168
268 168 200 0
268 84 200 84


268 252 200 -84


468 252 200 -84
468 168 200 0
468 84 200 84
END
$units << END
68 252 20
68 168 20
68 84 20
268 252 20
268 168 20
268 84 20
468 252 20
468 168 20
468 84 20
668 168 20
END
$marked << END
END
set margins 0, 0, 0, 0
unset border
unset tics
unset grid
set xrange [0:736]
set yrange [0:400]
set key at 368, 10 bottom center horizontal
set label 'The derivatives ∂L/∂w of lecture, 3-3-3-1' at 368.0, 376.0 front center font ',16'
set label 'L: binary\_cross\_entropy, the mean over 8 samples; under a unit ∂L/∂b' at 368.0, 352.0 front center font ',12' textcolor rgb '#606060'
set label 'inputs' at 68.0, 324.0 front center
set label 'x₁' at 68.0, 252.0 front center
set label 'x₂' at 68.0, 168.0 front center
set label 'x₃' at 68.0, 84.0 front center
set label 'layer 1' at 268.0, 324.0 front center
set label 'sigmoid' at 268.0, 306.0 front center font ',11' textcolor rgb '#606060'
set label 'h₁₁' at 268.0, 252.0 front center
set label 'b −0.00294' at 258.0, 222.0 front left boxed font ',11'
set label 'h₁₂' at 268.0, 168.0 front center
set label 'b 0.0142' at 258.0, 138.0 front left boxed font ',11'
set label 'h₁₃' at 268.0, 84.0 front center
set label 'b −1.25e-4' at 258.0, 54.0 front left boxed font ',11'
set label 'layer 2' at 468.0, 324.0 front center
set label 'sigmoid' at 468.0, 306.0 front center font ',11' textcolor rgb '#606060'
set label 'h₂₁' at 468.0, 252.0 front center
set label 'b 0.0154' at 458.0, 222.0 front left boxed font ',11'
set label 'h₂₂' at 468.0, 168.0 front center
set label 'b 0.0327' at 458.0, 138.0 front left boxed font ',11'
set label 'h₂₃' at 468.0, 84.0 front center
set label 'b −0.0223' at 458.0, 54.0 front left boxed font ',11'
set label 'output layer' at 668.0, 324.0 front center
set label 'sigmoid' at 668.0, 306.0 front center font ',11' textcolor rgb '#606060'
set label 'ŷ₁' at 668.0, 168.0 front center
set label 'b 0.14' at 658.0, 138.0 front left boxed font ',11'
set style textbox opaque noborder margins 0.4, 0.2 fillcolor rgb '#ffffff'
set label '8.01e-4' at 218.0, 252.0 front center boxed font ',11'
set label '9.44e-4' at 218.0, 231.0 front center boxed font ',11'
set label '8.95e-4' at 218.0, 210.0 front center boxed font ',11'
set label '−5.29e-4' at 218.0, 189.0 front center boxed font ',11'
set label '−5.5e-4' at 218.0, 168.0 front center boxed font ',11'
set label '−5.87e-4' at 218.0, 147.0 front center boxed font ',11'
set label '3e-4' at 218.0, 126.0 front center boxed font ',11'
set label '3.37e-4' at 218.0, 105.0 front center boxed font ',11'
set label '2.73e-4' at 218.0, 84.0 front center boxed font ',11'
set label '0.00837' at 418.0, 252.0 front center boxed font ',11'
set label '0.00618' at 418.0, 231.0 front center boxed font ',11'
set label '0.00718' at 418.0, 210.0 front center boxed font ',11'
set label '0.018' at 418.0, 189.0 front center boxed font ',11'
set label '0.0128' at 418.0, 168.0 front center boxed font ',11'
set label '0.0152' at 418.0, 147.0 front center boxed font ',11'
set label '−0.0124' at 418.0, 126.0 front center boxed font ',11'
set label '−0.00841' at 418.0, 105.0 front center boxed font ',11'
set label '−0.0103' at 418.0, 84.0 front center boxed font ',11'
set label '0.0753' at 618.0, 189.0 front center boxed font ',11'
set label '0.0865' at 618.0, 168.0 front center boxed font ',11'
set label '0.0818' at 618.0, 147.0 front center boxed font ',11'
plot $edges index 0 using 1:2:3:4 with vectors nohead linecolor rgb '#0072B2' linewidth 0.8 dashtype solid notitle, \
     $edges index 1 using 1:2:3:4 with vectors nohead linecolor rgb '#D55E00' linewidth 0.8 dashtype solid notitle, \
     $edges index 2 using 1:2:3:4 with vectors nohead linecolor rgb '#D55E00' linewidth 1.9 dashtype solid notitle, \
     $edges index 3 using 1:2:3:4 with vectors nohead linecolor rgb '#D55E00' linewidth 5.0 dashtype solid notitle, \
     $units using 1:2:3 with circles fillcolor rgb '#ffffff' fillstyle solid border linecolor rgb '#404040' dashtype solid linewidth 1.2 notitle, \
     NaN with lines linecolor rgb '#0072B2' linewidth 3 dashtype solid title 'negative', \
     NaN with lines linecolor rgb '#D55E00' linewidth 3 dashtype solid title 'positive'
